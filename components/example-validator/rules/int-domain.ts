import type { Int64 } from '../../../formats/protobuf/plain-message.js';
import type { FeatureProto } from '../../../formats/schema.js';
import { finding, type Finding } from './description.js';
import { clearDomain } from './feature-domain.js';
import { asInt64, integerText, narrowInt64, parseInt64 } from './parse-number.js';
import type { FeatureView } from './statistics-view.js';

const LARGEST_INT64 = 2 ** 63;

/** The range of a feature's whole numbers, or the first text that is none. Undefined when there is nothing to see. */
export function intInterval(view: FeatureView): { min: Int64; max: Int64 } | { notInt: string } | undefined {
  if (view.type === 'STRUCT' || view.type === 'FLOAT') return undefined;
  const texts = [...view.stringCounts.keys()];
  if (view.type === 'INT' && texts.length === 0) {
    const { min = 0, max = 0 } = view.numeric;
    const outside = [min, max].find((value) => Math.abs(value) > LARGEST_INT64);
    return outside === undefined ? { min: asInt64(min), max: asInt64(max) } : { notInt: outside.toFixed(6) };
  }
  let interval: { min: bigint; max: bigint } | undefined;
  for (const text of texts) {
    const value = parseInt64(text);
    if (value === undefined) return { notInt: text };
    interval ??= { min: value, max: value };
    if (value < interval.min) interval.min = value;
    if (value > interval.max) interval.max = value;
  }
  return interval && { min: narrowInt64(interval.min), max: narrowInt64(interval.max) };
}

/** Text whose every listed value is a whole number. */
export function looksLikeInt(view: FeatureView): boolean {
  if (view.type !== 'STRING' || view.hasInvalidUtf8) return false;
  const interval = intInterval(view);
  return interval !== undefined && 'min' in interval;
}

export function checkIntDomain(view: FeatureView, feature: FeatureProto): Finding[] {
  const domain = feature.intDomain;
  const interval = intInterval(view);
  if (domain === undefined || interval === undefined) return [];
  if ('notInt' in interval) return notInt(view, feature, interval.notInt);
  const findings: Finding[] = [];
  if (domain.min !== undefined && domain.min > interval.min) {
    findings.push(
      finding('INT_TYPE_SMALL_INT', 'Out-of-range values', `Unexpectedly small value: ${integerText(interval.min)}.`),
    );
    domain.min = interval.min;
  }
  if (domain.max !== undefined && domain.max < interval.max) {
    findings.push(
      finding('INT_TYPE_BIG_INT', 'Out-of-range values', `Unexpectedly large value: ${integerText(interval.max)}.`),
    );
    domain.max = interval.max;
  }
  return findings;
}

function notInt(view: FeatureView, feature: FeatureProto, example: string): Finding[] {
  if (view.featureType === 'INT') {
    if (feature.intDomain?.min === undefined && feature.intDomain?.max === undefined) return [];
    clearDomain(feature);
    const long = `Integer had values that were not valid Int64, such as "${example}".`;
    return [finding('DOMAIN_INVALID_FOR_TYPE', 'Invalid values', long)];
  }
  clearDomain(feature);
  const long = `String values that were not ints were found, such as "${example}".`;
  return [finding('INT_TYPE_NOT_INT_STRING', 'Invalid values', long)];
}
