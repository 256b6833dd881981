import type { AnomaliesProto, AnomalyInfoProto, DriftSkewInfoProto, MeasurementProto } from '../formats/statistics.js';
import { markup, shorten, type Html } from './html.js';
import { showNumber } from './numbers.js';
import { page } from './page.js';
import { printable } from './printable.js';

const NAME_CHARACTERS = 120;
const TEXT_CHARACTERS = 600;

/** One anomaly of a feature, or of the data set as a whole. */
export interface ShownAnomaly {
  readonly feature: string;
  readonly severity: string;
  /** Names of `AnomalyInfo.Type`. */
  readonly types: readonly string[];
  readonly short: string;
  readonly description: string;
}

/** The anomalies, errors first, otherwise in their order. Data without any example are one, too. */
export function listAnomalies({ anomalyInfo = {}, datasetAnomalyInfo, dataMissing }: AnomaliesProto): ShownAnomaly[] {
  const all = [
    ...(dataMissing === true ? [NO_EXAMPLES] : []),
    ...(datasetAnomalyInfo ? [shown('(data set)', datasetAnomalyInfo)] : []),
    ...Object.entries(anomalyInfo).map(([feature, info]) => shown(feature, info)),
  ];
  const isError = ({ severity }: ShownAnomaly): number => (severity === 'ERROR' ? 0 : 1);
  return all.sort((a, b) => isError(a) - isError(b));
}

const NO_EXAMPLES: ShownAnomaly = {
  feature: '(data set)',
  severity: 'ERROR',
  types: ['DATA_MISSING'],
  short: 'No examples',
  description: 'There are no examples at all.',
};

/** DistributionValidator describes the reasons only, not the anomaly. */
const shown = (feature: string, { severity, reason = [], ...info }: AnomalyInfoProto): ShownAnomaly => ({
  feature,
  severity: severity ?? 'UNKNOWN',
  types: reason.map(({ type = 'UNKNOWN_TYPE' }) => type),
  short: info.shortDescription ?? (reason.length > 1 ? 'Multiple errors' : (reason[0]?.shortDescription ?? '')),
  description: info.description ?? reason.map(({ description = '' }) => description).join(' '),
});

/** Anomalies as lines of text. */
export function anomaliesText(anomalies: AnomaliesProto): string {
  const all = listAnomalies(anomalies);
  const lines = all.map(({ feature, severity, types, short, description }) => {
    const facts = shorten(description.trim() === '' ? short : description, TEXT_CHARACTERS);
    return printable(`  ${severity.padEnd(7)} ${shorten(feature, NAME_CHARACTERS)}: ${facts} (${types.join(', ')})`);
  });
  const distances = measurements(anomalies).map(({ feature, kind, measurement }) =>
    printable(`  ${kind} of ${shorten(feature, NAME_CHARACTERS)}: ${measure(measurement)}`),
  );
  return [heading(all), ...lines, ...distances].join('\n');
}

/** Anomalies as a whole HTML page. */
export function anomaliesPage(anomalies: AnomaliesProto, title: string): string {
  return page(title, anomaliesHtml(anomalies));
}

/** Anomalies as HTML tables: what was found, and what was measured of drift and skew. */
export function anomaliesHtml(anomalies: AnomaliesProto): Html {
  const all = listAnomalies(anomalies);
  if (all.length === 0) return markup`<p class="good">No anomalies.</p>${measurementTable(anomalies)}`;
  return markup`<table><caption>${heading(all)}</caption>
<thead><tr><th scope="col">feature</th><th scope="col">severity</th><th scope="col">what was found</th><th scope="col">types</th></tr></thead>
<tbody>
${all.map(anomalyRow)}</tbody></table>
${measurementTable(anomalies)}`;
}

function anomalyRow({ feature, severity, types, short, description }: ShownAnomaly): Html {
  const name = shorten(feature, NAME_CHARACTERS);
  const found = markup`<strong>${shorten(short, NAME_CHARACTERS)}</strong><br>${shorten(description, TEXT_CHARACTERS)}`;
  const kind = severity === 'ERROR' ? 'error' : 'warning';
  return markup`<tr><th scope="row">${name}</th><td class="${kind}">${severity}</td><td>${found}</td><td>${types.join(', ')}</td></tr>
`;
}

function heading(all: readonly ShownAnomaly[]): string {
  const errors = all.filter(({ severity }) => severity === 'ERROR').length;
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  if (all.length === 0) return 'No anomalies';
  return `${count(errors, 'error')}, ${count(all.length - errors, 'warning')}`;
}

/** A row of the data that shows an anomaly, as the view needs it. */
interface ShownRow {
  readonly feature: string;
  readonly file: string;
  readonly row: number;
  readonly value: string | null;
}

const ROW_CHARACTERS = 80;

/** Rows that show anomalies as lines of text, each once. Rows are counted from 0, without a header. */
export function sampleRowsText(rows: readonly ShownRow[]): string[] {
  const lines = rows.map(({ feature, file, row, value }) => {
    const shown = value === null ? 'missing' : shorten(JSON.stringify(value), ROW_CHARACTERS);
    return printable(`  row ${row} of ${file}: ${shorten(feature, NAME_CHARACTERS)} is ${shown}`);
  });
  return [...new Set(lines)];
}

interface ShownMeasurement {
  readonly feature: string;
  readonly kind: 'drift' | 'skew';
  readonly measurement: MeasurementProto;
}

function measurements({ driftSkewInfo = [] }: AnomaliesProto): ShownMeasurement[] {
  return driftSkewInfo.flatMap(({ path, driftMeasurements = [], skewMeasurements = [] }: DriftSkewInfoProto) => {
    const feature = path?.step?.join('.') ?? '';
    return [
      ...driftMeasurements.map((measurement) => ({ feature, kind: 'drift' as const, measurement })),
      ...skewMeasurements.map((measurement) => ({ feature, kind: 'skew' as const, measurement })),
    ];
  });
}

const MEASURES: Readonly<Record<string, string>> = {
  L_INFTY: 'L-infinity distance',
  JENSEN_SHANNON_DIVERGENCE: 'Jensen-Shannon divergence',
  NORMALIZED_ABSOLUTE_DIFFERENCE: 'normalized absolute difference',
};

const measure = ({ type, value = 0, threshold = 0 }: MeasurementProto): string =>
  `${MEASURES[type ?? ''] ?? 'distance'} ${showNumber(value)}, threshold ${showNumber(threshold)}`;

function measurementTable(anomalies: AnomaliesProto): Html {
  const all = measurements(anomalies);
  if (all.length === 0) return markup``;
  return markup`<table><caption>Drift and skew</caption>
<thead><tr><th scope="col">feature</th><th scope="col">of</th><th scope="col">measure</th></tr></thead>
<tbody>
${all.map(measurementRow)}</tbody></table>
`;
}

function measurementRow({ feature, kind, measurement }: ShownMeasurement): Html {
  const isHigh = (measurement.value ?? 0) > (measurement.threshold ?? 0);
  const name = shorten(feature, NAME_CHARACTERS);
  return markup`<tr><th scope="row">${name}</th><td>${kind}</td><td${isHigh ? markup` class="error"` : ''}>${measure(measurement)}</td></tr>
`;
}
