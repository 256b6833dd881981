import type { FeatureProto, FloatDomainProto } from '../../../formats/schema.js';
import { finding, sixDigits, type Finding } from './description.js';
import { clearDomain } from './feature-domain.js';
import { parseFloat32 } from './parse-number.js';
import type { FeatureView } from './statistics-view.js';

/** The range of a feature's numbers as float32, or the first text that is none. */
function floatInterval(view: FeatureView): { min: number; max: number } | { notFloat: string } | undefined {
  if (view.type === 'FLOAT') {
    const { min = 0, max = 0 } = view.numeric;
    return { min: Math.fround(min), max: Math.fround(max) };
  }
  if (view.type !== 'STRING' && view.type !== 'BYTES') return undefined;
  let interval: { min: number; max: number } | undefined;
  for (const text of view.stringCounts.keys()) {
    const value = parseFloat32(text);
    if (value === undefined) return { notFloat: text };
    interval ??= { min: value, max: value };
    if (interval.min > value) interval.min = value;
    if (interval.max < value) interval.max = value;
  }
  return interval;
}

function hasNan(view: FeatureView): boolean {
  if (view.type === 'FLOAT') return (view.numeric.histograms ?? []).some(({ numNan = 0 }) => numNan > 0);
  return view.type === 'STRING' && [...view.stringCounts.keys()].some((text) => Number.isNaN(parseFloat32(text)));
}

export function checkFloatDomain(view: FeatureView, feature: FeatureProto): Finding[] {
  const domain = feature.floatDomain;
  if (domain === undefined) return [];
  const findings: Finding[] = [];
  if (domain.disallowNan === true && hasNan(view)) {
    findings.push(finding('FLOAT_TYPE_HAS_NAN', 'Invalid values', 'Float feature has NaN values.'));
    domain.disallowNan = false;
  }
  const interval = floatInterval(view);
  if (interval === undefined) return findings;
  if ('notFloat' in interval) {
    clearDomain(feature);
    const long = `String values that were not floats were found, such as "${interval.notFloat}".`;
    return [...findings, finding('FLOAT_TYPE_STRING_NOT_FLOAT', 'Invalid values', long)];
  }
  return [...findings, ...checkRange(interval, domain)];
}

function checkRange(range: { min: number; max: number }, domain: FloatDomainProto): Finding[] {
  const findings: Finding[] = [];
  const six = '(upto six significant digits)';
  if (domain.min !== undefined && range.min < Math.fround(domain.min)) {
    const long = `Unexpectedly low values: ${sixDigits(range.min)}<${sixDigits(domain.min)}${six}`;
    findings.push(finding('FLOAT_TYPE_SMALL_FLOAT', 'Out-of-range values', long));
    domain.min = range.min;
  }
  if (domain.max !== undefined && range.max > Math.fround(domain.max)) {
    const long = `Unexpectedly high value: ${sixDigits(range.max)}>${sixDigits(domain.max)}${six}`;
    findings.push(finding('FLOAT_TYPE_BIG_FLOAT', 'Out-of-range values', long));
    domain.max = range.max;
  }
  const infinite = Math.abs(range.min) === Infinity || Math.abs(range.max) === Infinity;
  if (domain.disallowInf === true && infinite) {
    findings.push(finding('FLOAT_TYPE_HAS_INF', 'Invalid values', 'Float feature has Inf values.'));
    domain.disallowInf = false;
  }
  return findings;
}
