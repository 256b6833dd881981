import type { DatasetStatisticsProto, StatisticsProto } from '../formats/statistics.js';
import { columnsSvg, linesSvg, sparkline } from './bars.js';
import { featureSummaries, type FeatureSummary } from './feature-summary.js';
import { markup, shorten, type Html } from './html.js';
import { showNumber, showShare } from './numbers.js';
import { page } from './page.js';
import { printable } from './printable.js';

/** Slices beyond so many are only counted. */
const MOST_DATASETS = 50;

/** Statistics as lines of text: a line of facts per feature, and its histogram or most frequent values. */
export function statisticsText(statistics: StatisticsProto): string {
  const { shown, left } = datasetsOf(statistics);
  const blocks = shown.map((dataset) => {
    const width = Math.min(
      40,
      Math.max(8, ...(dataset.features ?? []).map(({ name, path }) => (name ?? path?.step?.join('.') ?? '').length)),
    );
    return [
      printable(heading(dataset)),
      ...featureSummaries(dataset).map((feature) => featureText(feature, width)),
    ].join('\n');
  });
  return [...blocks, ...(left > 0 ? [`${left} more slices`] : [])].join('\n\n');
}

/** Statistics as a whole HTML page. */
export function statisticsPage(statistics: StatisticsProto, title: string): string {
  return page(title, statisticsHtml(statistics));
}

/** Statistics as HTML tables, a row per feature. */
export function statisticsHtml(statistics: StatisticsProto): Html {
  const { shown, left } = datasetsOf(statistics);
  const more = left > 0 ? markup`<p class="dim">${left} more slices are in the file.</p>` : '';
  return markup`${shown.map(datasetTable)}${more}`;
}

function datasetsOf({ datasets = [] }: StatisticsProto): {
  readonly shown: readonly DatasetStatisticsProto[];
  readonly left: number;
} {
  return { shown: datasets.slice(0, MOST_DATASETS), left: Math.max(0, datasets.length - MOST_DATASETS) };
}

function heading({ name = '', numExamples = 0, features = [] }: DatasetStatisticsProto): string {
  const of = name === '' ? '' : `${shorten(name, 120)}: `;
  return `${of}${showNumber(numExamples)} examples, ${features.length} ${features.length === 1 ? 'feature' : 'features'}`;
}

const missingShare = ({ missing, examples }: FeatureSummary): number => (examples === 0 ? 0 : missing / examples);

function featureText(feature: FeatureSummary, width: number): string {
  const missing = feature.missing === 0 ? '' : `${showShare(missingShare(feature))} missing`;
  const facts = feature.facts.map(([label, value]) => `${label} ${value}`).join(', ');
  const all = [missing, feature.values, facts].filter((part) => part !== undefined && part !== '').join('; ');
  const shape =
    feature.shape === 'histogram'
      ? `▕${sparkline(feature.bars)}▏`
      : feature.bars.map(({ label, count }) => `${JSON.stringify(label)} ${showNumber(count)}`).join(', ');
  const second = shape === '' ? '' : `\n  ${''.padEnd(width)}         ${printable(shape)}`;
  return `  ${printable(feature.name).padEnd(width)}  ${feature.type.padEnd(6)} ${printable(all)}${second}`;
}

function datasetTable(dataset: DatasetStatisticsProto): Html {
  return markup`<table><caption>${heading(dataset)}</caption>
<thead><tr><th scope="col">feature</th><th scope="col">type</th><th scope="col" class="number">missing</th><th scope="col">facts</th><th scope="col">distribution</th></tr></thead>
<tbody>
${featureSummaries(dataset).map(featureRow)}</tbody></table>
`;
}

function featureRow(feature: FeatureSummary): Html {
  const share = missingShare(feature);
  const facts = feature.facts.map(([label, value]) => `${label} ${value}`).join(', ');
  const values = feature.values === undefined ? '' : markup`<br><span class="dim">${feature.values}</span>`;
  const missing = markup`<td class="number${share > 0.5 ? ' warning' : ''}">${showShare(share)}</td>`;
  return markup`<tr><th scope="row">${feature.name}</th><td>${feature.type}</td>${missing}<td>${facts}${values}</td><td>${distribution(feature)}</td></tr>
`;
}

function distribution({ shape, bars, name }: FeatureSummary): Html {
  if (shape === 'none') return markup`<span class="dim">none</span>`;
  return shape === 'histogram'
    ? columnsSvg(bars, `Histogram of ${name}`)
    : linesSvg(bars, `Most frequent values of ${name}`);
}
