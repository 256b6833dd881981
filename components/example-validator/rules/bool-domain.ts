import type { BoolDomainProto, FeatureProto } from '../../../formats/schema.js';
import type { HistogramProto } from '../../../formats/statistics.js';
import { finding, sixDigits, type Finding } from './description.js';
import { compareUtf8 } from './feature-path.js';
import { clearDomain, setDomain } from './feature-domain.js';
import { asInt64 } from './parse-number.js';
import type { FeatureView } from './statistics-view.js';

const TRUE_VALUES: ReadonlySet<string> = new Set(['TRUE', 'true', 'SET', 'set', '1', '']);
const FALSE_VALUES: ReadonlySet<string> = new Set(['FALSE', 'false', 'CLEAR', 'clear', '0']);
const SHORT = 'Non-boolean values';

/** Integers 0 and 1, or at most one text that means true and one that means false. */
export function looksLikeBool(view: FeatureView): boolean {
  if (view.type === 'INT') return (view.numeric.min ?? 0) >= 0 && view.numeric.max === 1;
  if (view.type !== 'STRING') return false;
  const texts = [...view.stringCounts.keys()];
  if (texts.length === 0 || texts.length > 2) return false;
  const trues = texts.filter((text) => TRUE_VALUES.has(text)).length;
  const falses = texts.filter((text) => FALSE_VALUES.has(text)).length;
  return trues <= 1 && falses <= 1 && trues + falses === texts.length;
}

export function inferBoolDomain(view: FeatureView): BoolDomainProto {
  if (view.type === 'INT') return {};
  const texts = [...view.stringCounts.keys()];
  const trueValue = texts.find((text) => TRUE_VALUES.has(text));
  const falseValue = texts.find((text) => FALSE_VALUES.has(text));
  return { ...(trueValue !== undefined && { trueValue }), ...(falseValue !== undefined && { falseValue }) };
}

export function checkBoolDomain(view: FeatureView, feature: FeatureProto): Finding[] {
  if (view.type === 'INT') return checkInts(view, feature);
  if (view.type === 'FLOAT') return checkFloats(view, feature);
  return view.type === 'STRING' ? checkTexts(view, feature) : [];
}

function checkInts(view: FeatureView, feature: FeatureProto): Finding[] {
  const { min = 0, max = 0 } = view.numeric;
  if (min >= 0 && max <= 1) return [];
  setDomain(feature, 'intDomain', { min: asInt64(min), max: asInt64(max) });
  const [type, example] = min < 0 ? (['BOOL_TYPE_SMALL_INT', min] as const) : (['BOOL_TYPE_BIG_INT', max] as const);
  return [finding(type, SHORT, `Integers (such as ${sixDigits(example)}) not in {0, 1}: converting to an integer.`)];
}

function checkFloats(view: FeatureView, feature: FeatureProto): Finding[] {
  const { min = 0, max = 0, histograms = [] } = view.numeric;
  const problem =
    [min, max]
      .filter((bound) => bound !== 0 && bound !== 1)
      .map((bound) => `Floats (such as ${sixDigits(bound)})`)[0] ??
    histograms.map(problemInHistogram).find((found) => found !== undefined);
  if (problem === undefined) return [];
  setDomain(feature, 'floatDomain', { min: Math.fround(min), max: Math.fround(max) });
  const between = problem.startsWith('Float values falling');
  const long = between
    ? `${problem}: converting to float_domain.`
    : `${problem} not in {0, 1}: converting to float_domain.`;
  return [finding('BOOL_TYPE_UNEXPECTED_FLOAT', SHORT, long)];
}

/** Values strictly between 0 and 1 only show in a quantiles bucket that lies strictly between. */
function problemInHistogram(histogram: HistogramProto): string | undefined {
  if ((histogram.numNan ?? 0) > 0) return 'Floats (such as NaN)';
  for (const { lowValue = 0, highValue = 0, sampleCount = 0 } of histogram.buckets ?? []) {
    if (sampleCount <= 0) continue;
    if (highValue < 0) return 'Float values < 0';
    if (lowValue > 1) return 'Float values > 1';
    if (histogram.type === 'QUANTILES' && highValue < 1 && lowValue > 0) return 'Float values falling between 0 and 1';
  }
  return undefined;
}

function checkTexts(view: FeatureView, feature: FeatureProto): Finding[] {
  const { trueValue, falseValue } = feature.boolDomain ?? {};
  const valid = [...new Set([trueValue, falseValue])].filter((text) => text !== undefined).sort(compareUtf8);
  const unexpected = [...view.stringCounts.keys()].find((text) => !valid.includes(text));
  if (unexpected === undefined) return [];
  clearDomain(feature);
  const expected = valid.length === 0 ? '{}' : `{"${valid.join('", "')}"}`;
  return [
    finding('BOOL_TYPE_UNEXPECTED_STRING', SHORT, `Saw unexpected value "${unexpected}" instead of ${expected}.`),
  ];
}
