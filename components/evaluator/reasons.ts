import { sliceWords, specWords, type SliceKey } from './slices.js';
import type { ThresholdFailure, Validation } from './validate.js';

/**
 * Why a model did not pass, in sentences: all rows before slices, large slices before small ones. E.g.
 * `squared Pearson correlation 0.21 is below 0.3 on slice island=Torgersen (44 rows)`.
 */
export function reasonsOf(validation: Validation): string[] {
  const failures = [...validation.failures].sort(
    (a, b) => Number(a.slice.length > 0) - Number(b.slice.length > 0) || b.rows - a.rows,
  );
  return [
    ...failures.map(failureReason),
    ...validation.missingSlices.map(
      ({ spec, metric }) => `no rows for slice ${specWords(spec)}, which a threshold on ${metric.words} names`,
    ),
  ];
}

function failureReason(failure: ThresholdFailure): string {
  const { key, value, slice, rows, threshold } = failure;
  const metric = key.macroAverage ? `${key.metric.words} (mean over classes)` : key.metric.words;
  if (threshold.change) return changeReason(metric, failure);
  if (Number.isNaN(value)) return `${metric} is not defined on ${where(slice, rows)}`;
  const { lowerBound, upperBound } = threshold.value ?? {};
  const bound = lowerBound !== undefined && value < lowerBound ? `below ${lowerBound}` : `above ${String(upperBound)}`;
  return `${metric} ${shown(value)} is ${bound} on ${where(slice, rows)}`;
}

function changeReason(metric: string, failure: ThresholdFailure): string {
  const { candidate = NaN, baseline = NaN, value, slice, rows, threshold } = failure;
  const place = where(slice, rows);
  if (Number.isNaN(value)) return `${metric} cannot be compared with the baseline on ${place}: it is not defined`;
  const { absolute, relative, direction } = threshold.change ?? {};
  const most = direction === 'LOWER_IS_BETTER' ? 'at most' : 'at least';
  const asked = [
    ...(absolute === undefined ? [] : [`${most} ${signed(absolute)}`]),
    ...(relative === undefined ? [] : [`${most} ${signed(relative * 100)} %`]),
  ];
  const percent = baseline === 0 ? '' : ` (${signed((value / baseline) * 100)} %)`;
  return (
    `${metric} ${shown(candidate)} is ${signed(value)}${percent} against the baseline's ${shown(baseline)} ` +
    `on ${place}; asked for ${asked.join(' and ')}`
  );
}

function where(slice: SliceKey, rows: number): string {
  const counted = `${rows} ${rows === 1 ? 'row' : 'rows'}`;
  return slice.length === 0 ? `all ${counted}` : `slice ${sliceWords(slice)} (${counted})`;
}

/** Four digits are enough to see a difference. */
function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function signed(value: number): string {
  return value > 0 ? `+${shown(value)}` : shown(value);
}
