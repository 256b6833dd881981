import { jsonBytes } from '../payload-limits.js';
import type { Properties, PropertyValue } from '../../artifacts/artifact.js';
import type { AnomaliesProto, AnomalyInfoProto } from '../../formats/statistics.js';

/** Anomalies of each split. */
export type AnomaliesBySplit = Readonly<Record<string, AnomaliesProto>>;

interface Listed {
  readonly split: string;
  readonly feature: string | undefined;
  readonly info: AnomalyInfoProto;
}

function listed(found: AnomaliesBySplit): Listed[] {
  return Object.entries(found).flatMap(([split, { anomalyInfo, datasetAnomalyInfo, dataMissing }]) => [
    ...(dataMissing === true ? [{ split, feature: undefined, info: NO_EXAMPLES }] : []),
    ...(datasetAnomalyInfo ? [{ split, feature: undefined, info: datasetAnomalyInfo }] : []),
    ...Object.entries(anomalyInfo ?? {}).map(([feature, info]) => ({ split, feature, info })),
  ]);
}

/** Data without any example carry no anomaly in TFDV's message; to a pipeline they are one. */
const NO_EXAMPLES: AnomalyInfoProto = {
  severity: 'ERROR',
  shortDescription: 'No examples',
  description: 'The split has no examples at all.',
  reason: [{ type: 'DATA_MISSING', shortDescription: 'No examples', description: 'The split has no examples at all.' }],
};

/** How many features (and data sets) have an anomaly of each severity, over all splits. */
export function countBySeverity(found: AnomaliesBySplit): { errors: number; warnings: number } {
  const all = listed(found);
  return {
    errors: all.filter(({ info }) => info.severity === 'ERROR').length,
    warnings: all.filter(({ info }) => info.severity === 'WARNING').length,
  };
}

/** TFX's `blessed`: 1 for a split without any anomaly, else 0. */
export function blessings(found: AnomaliesBySplit): Record<string, 0 | 1> {
  const bad = new Set(listed(found).map(({ split }) => split));
  return Object.fromEntries(Object.keys(found).map((split) => [split, bad.has(split) ? 0 : 1]));
}

/** One line for people: `2 errors, 1 warning`. */
export function anomalySummary(found: AnomaliesBySplit): string {
  const { errors, warnings } = countBySeverity(found);
  return errors + warnings === 0 ? 'no anomalies' : `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** The properties of an ExampleAnomalies artifact: counts and the worst reasons for `gate`, TFX's own. */
export function anomalyProperties(
  found: AnomaliesBySplit,
  span: PropertyValue | undefined,
): Properties & { readonly errors: number; readonly warnings: number } {
  const counts = referenceCounts(found);
  return {
    ...countBySeverity(found),
    reasons: referenceReasons(found),
    ...(counts !== undefined && { found: counts }),
    blessed: JSON.stringify(blessings(found)),
    split_names: JSON.stringify(Object.keys(found)),
    ...(span !== undefined && { span }),
  };
}

/** How bad an anomaly is for a pipeline: absent data before wrong data, wrong data before drifting data. */
const URGENCY = [
  'DATA_MISSING',
  'SCHEMA_MISSING_COLUMN',
  'FEATURE_TYPE_NOT_PRESENT',
  'UNEXPECTED_DATA_TYPE',
  'FEATURE_TYPE_LOW_FRACTION_PRESENT',
  'ENUM_TYPE_UNEXPECTED_STRING_VALUES',
  'INT_TYPE_SMALL_INT',
  'INT_TYPE_BIG_INT',
  'FLOAT_TYPE_SMALL_FLOAT',
  'FLOAT_TYPE_BIG_FLOAT',
];

function urgency({ info }: Listed): number {
  const ranks = (info.reason ?? []).map(({ type = '' }) => URGENCY.indexOf(type)).map((rank) => (rank < 0 ? 99 : rank));
  return (info.severity === 'ERROR' ? 0 : 1000) + Math.min(...ranks, 100);
}

/**
 * The anomalies as sentences, worst first: split, feature, severity, what was found against which rule. What breaks the
 * same rules in several splits is one sentence, with the facts of the first of them.
 */
export function worstReasons(found: AnomaliesBySplit): string[] {
  const alike = new Map<string, [Listed, ...Listed[]]>();
  for (const anomaly of listed(found).sort((a, b) => urgency(a) - urgency(b))) {
    const key = JSON.stringify([anomaly.feature ?? null, anomaly.info.severity, rulesOf(anomaly.info)]);
    const earlier = alike.get(key);
    if (earlier === undefined) alike.set(key, [anomaly]);
    else earlier.push(anomaly);
  }
  return [...alike.values()].map(sentence);
}

/**
 * The worst anomalies, at most three, as many as fit into a reference: at most 900 bytes of JSON, with how many more
 * there are.
 */
export function referenceReasons(found: AnomaliesBySplit): string {
  const all = worstReasons(found);
  const worst = (most: number): string[] => {
    const more = all.length - most;
    return more <= 0 ? all : [...all.slice(0, most), `And ${count(more, 'more anomaly', 'more anomalies')}.`];
  };
  let most = MOST_REASONS;
  while (most > 1 && jsonBytes(worst(most)) > REASONS_BYTES) most -= 1;
  return JSON.stringify(worst(most));
}

/**
 * How many features have an anomaly of a split, severity and type, as JSON for `gate`; undefined where that is longer
 * than 500 bytes.
 */
export function referenceCounts(found: AnomaliesBySplit): string | undefined {
  const counts: Record<string, Record<string, Record<string, number>>> = {};
  for (const { split, info } of listed(found)) {
    const types = ((counts[split] ??= {})[info.severity ?? 'UNKNOWN'] ??= {});
    for (const type of new Set((info.reason ?? []).map((reason) => reason.type ?? 'UNKNOWN_TYPE')))
      types[type] = (types[type] ?? 0) + 1;
  }
  return jsonBytes(counts) > COUNTS_BYTES ? undefined : JSON.stringify(counts);
}

const MOST_REASONS = 3;
const REASONS_BYTES = 900;
const COUNTS_BYTES = 500;
const LONGEST = 240;
const LONGEST_NAME = 60;

const rulesOf = ({ reason = [] }: AnomalyInfoProto): string => reason.map(({ type }) => type).join(', ');

function sentence([{ split, feature, info }, ...others]: readonly [Listed, ...Listed[]]): string {
  const subject = feature === undefined ? 'The data set' : `Feature "${cut(feature, LONGEST_NAME)}"`;
  const [second] = others;
  const also = others.length > 1 ? ` (and ${others.length} more splits)` : second ? ` (and "${second.split}")` : '';
  const reasons = (info.reason ?? []).map(({ description = '' }) => description).join(' ');
  const facts =
    [info.description, reasons, info.shortDescription].find((text) => text !== undefined && text.trim() !== '') ?? '';
  const text = facts.trim().replace(/\.$/, '');
  return `${subject} in split "${split}"${also}: ${cut(text, LONGEST)} (${cut(rulesOf(info), LONGEST)}).`;
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
