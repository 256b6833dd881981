import type { CustomStatisticProto } from '../../formats/statistics.js';
import { mostFrequentTime, type SemanticState } from './semantic-state.js';

/** Fewer values say nothing, and so large a share of them must agree. */
const LEAST_VALUES = 100;
const LEAST_SHARE = 0.8;

/** The domains that a feature's values suggest, as TFDV's semantic domain statistics name them. */
export function semanticStatistics(state: SemanticState | undefined): CustomStatisticProto[] {
  if (state === undefined || state.values < LEAST_VALUES) return [];
  return [...imageStatistics(state), ...sentenceStatistics(state), ...timeStatistics(state)];
}

function imageStatistics({ values, images }: SemanticState): CustomStatisticProto[] {
  const known = Object.values(images).reduce((sum, count) => sum + count, 0);
  if (1 - (values - known) / values < LEAST_SHARE) return [];
  const formats: [string, number][] = known < values ? [['', values - known]] : [];
  const buckets = [...formats, ...Object.entries(images)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([format, count]) => ({ label: format === '' ? 'UNKNOWN' : format, sampleCount: count }));
  return [
    { name: 'domain_info', str: 'image_domain {}' },
    { name: 'image_format_histogram', rankHistogram: { buckets } },
  ];
}

function sentenceStatistics({ values, invalid, sentences }: SemanticState): CustomStatisticProto[] {
  const share = sentences / values;
  if (invalid > 0 || share < LEAST_SHARE) return [];
  return [
    { name: 'domain_info', str: 'natural_language_domain {}' },
    { name: 'natural_language_match_rate', num: share },
  ];
}

/** One text that is empty or not UTF-8 settles that the feature is no time, as in TFDV. */
function timeStatistics(state: SemanticState): CustomStatisticProto[] {
  const { format, count } = mostFrequentTime(state);
  const share = count / state.values;
  if (state.invalid > 0 || state.empty > 0 || share < LEAST_SHARE) return [];
  const domain = format.startsWith('UNIX') ? `integer_format: ${UNIX_NUMBERS[format]}` : `string_format: '${format}'`;
  return [
    { name: 'domain_info', str: `time_domain {${domain}}` },
    { name: 'time_match_ratio', num: share },
  ];
}

/** TFDV writes the enum TimeDomain.IntegerTimeFormat by number. */
const UNIX_NUMBERS: Readonly<Record<string, number>> = {
  UNIX_DAYS: 5,
  UNIX_SECONDS: 1,
  UNIX_MILLISECONDS: 2,
  UNIX_MICROSECONDS: 3,
  UNIX_NANOSECONDS: 4,
};
