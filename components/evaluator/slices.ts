import type { SliceSpec } from './evaluation-config.js';

/** A value that a slice is made by: text, a float or an integer of 64 bits. */
export type SliceValue = string | number | bigint;

/** A slice: features and their values; empty for all rows. */
export type SliceKey = readonly (readonly [feature: string, value: SliceValue])[];

/** What a row has for a feature; several values put it into several slices, none into no slice of that feature. */
export type FeatureValues = (feature: string) => readonly SliceValue[];

/** The features that a specification reads. */
export function featuresOf(spec: SliceSpec): readonly string[] {
  return Array.isArray(spec) ? spec : Object.keys(spec);
}

/** The slices of one specification that a row belongs to. */
export function slicesOfRow(spec: SliceSpec, values: FeatureValues): SliceKey[] {
  let keys: SliceKey[] = [[]];
  for (const feature of [...featuresOf(spec)].sort()) {
    const wanted = Array.isArray(spec) ? undefined : (spec as Readonly<Record<string, string | number>>)[feature];
    const found = [...new Set(values(feature))].filter((value) => wanted === undefined || sameValue(value, wanted));
    keys = found.flatMap((value) => keys.map((key): SliceKey => [...key, [feature, value]]));
  }
  return keys;
}

/** Whether a specification names this slice: the same features and, where it fixes values, the same values. */
export function namesSlice(spec: SliceSpec, key: SliceKey): boolean {
  const features = featuresOf(spec);
  if (features.length !== key.length) return false;
  return key.every(([feature, value]) => {
    if (Array.isArray(spec)) return spec.includes(feature);
    const fixed = spec as Readonly<Record<string, string | number>>;
    return Object.hasOwn(fixed, feature) && sameValue(value, fixed[feature] as string | number);
  });
}

/** Equal as text or, as TFMA compares, as numbers: `1`, `1.0` and 1 are the same. */
function sameValue(value: SliceValue, wanted: string | number): boolean {
  if (String(value) === String(wanted)) return true;
  if (String(wanted).trim() === '' || String(value).trim() === '') return false;
  return Number(value) === Number(wanted);
}

/** Unique by feature, type of value and value. */
export function sliceText(key: SliceKey): string {
  return JSON.stringify(key.map(([feature, value]) => [feature, typeof value, String(value)]));
}

/** For people: `all rows` or `island=Torgersen, sex=male`. */
export function sliceWords(key: SliceKey): string {
  return key.length === 0 ? 'all rows' : key.map(([feature, value]) => `${feature}=${String(value)}`).join(', ');
}

/** A specification for people: `all rows`, `every island`, `island=Torgersen`. */
export function specWords(spec: SliceSpec): string {
  if (!Array.isArray(spec)) return sliceWords(Object.entries(spec));
  return spec.length === 0 ? 'all rows' : `every ${spec.join(', ')}`;
}
