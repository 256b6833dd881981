import type { FeatureSkewProto, FeatureSkewResults, MatchStatsProto, SkewPairProto } from '../formats/feature-skew.js';
import { markup, shorten, type Html } from './html.js';
import { showNumber } from './numbers.js';
import { page } from './page.js';
import { printable } from './printable.js';

const NAME_CHARACTERS = 120;
const VALUE_CHARACTERS = 60;
const MOST_FEATURES = 500;
const MOST_PAIRS = 20;
const MOST_VALUES = 50;

/** What a pair of splits came to, as lines of text: features that differ, most first. */
export function exampleDiffText({ matchStats, features, pairs }: FeatureSkewResults): string {
  const differing = worstFirst(features).filter(({ diffCount = 0 }) => diffCount > 0);
  const lines = differing.slice(0, MOST_FEATURES).map((feature) => {
    const { featureName = '', diffCount = 0 } = feature;
    return printable(
      `  ${shorten(featureName, NAME_CHARACTERS)}: ${showNumber(diffCount)} differ (${countsOf(feature)})`,
    );
  });
  const same = features.length - differing.length;
  const sampled = pairs.length === 0 ? [] : [`${showNumber(pairs.length)} pairs that differ are kept`];
  return [
    ...matchLines(matchStats),
    heading(differing.length),
    ...lines,
    `${showNumber(same)} features are alike`,
    ...sampled,
  ].join('\n');
}

/** What a pair of splits came to, as a whole HTML page. */
export function exampleDiffPage(results: FeatureSkewResults, title: string): string {
  return page(title, exampleDiffHtml(results));
}

/** What a pair of splits came to, as HTML: how examples matched, features, sampled pairs, pairs of values. */
export function exampleDiffHtml(results: FeatureSkewResults): Html {
  const { matchStats, features, pairs } = results;
  const differing = features.filter(({ diffCount = 0 }) => diffCount > 0).length;
  const rows = worstFirst(features).slice(0, MOST_FEATURES).map(featureRow);
  return markup`<ul>${matchLines(matchStats).map((line) => markup`<li>${line}</li>`)}</ul>
<table><caption>${heading(differing)}</caption>
<thead><tr><th scope="col">feature</th><th scope="col">differ</th><th scope="col">other values</th><th scope="col">only in base</th><th scope="col">only in test</th><th scope="col">alike</th></tr></thead>
<tbody>
${rows}</tbody></table>
${pairTable(pairs)}${confusionTable(results)}`;
}

const worstFirst = (features: readonly FeatureSkewProto[]): FeatureSkewProto[] =>
  [...features].sort((a, b) => (b.diffCount ?? 0) - (a.diffCount ?? 0));

const heading = (differing: number): string =>
  differing === 0
    ? 'No feature differs'
    : `${showNumber(differing)} ${differing === 1 ? 'feature differs' : 'features differ'}`;

const countsOf = ({ mismatchCount = 0, baseOnly = 0, testOnly = 0 }: FeatureSkewProto): string =>
  `${showNumber(mismatchCount)} other values, ${showNumber(baseOnly)} only in base, ${showNumber(testOnly)} only in test`;

function matchLines(stats: MatchStatsProto): string[] {
  const say = (count: number | undefined, words: string): string[] => (count ? [`${showNumber(count)} ${words}`] : []);
  return [
    `${showNumber(stats.matchingPairsCount ?? 0)} pairs of examples with equal identifiers, of ${showNumber(stats.baseWithIdCount ?? 0)} in base and ${showNumber(stats.testWithIdCount ?? 0)} in test`,
    ...say(stats.idsMissingInTestCount, 'identifiers are only in base'),
    ...say(stats.idsMissingInBaseCount, 'identifiers are only in test'),
    ...say(stats.duplicateIdCount, 'identifiers occur several times on one side'),
    ...say(stats.baseMissingIdCount, 'examples of base have no identifier'),
    ...say(stats.testMissingIdCount, 'examples of test have no identifier'),
  ];
}

function featureRow(feature: FeatureSkewProto): Html {
  const { featureName = '', diffCount = 0, mismatchCount = 0, baseOnly = 0, testOnly = 0, matchCount = 0 } = feature;
  const numbers = [mismatchCount, baseOnly, testOnly, matchCount].map(
    (count) => markup`<td class="number">${showNumber(count)}</td>`,
  );
  return markup`<tr><th scope="row">${shorten(featureName, NAME_CHARACTERS)}</th><td class="number${diffCount > 0 ? ' error' : ''}">${showNumber(diffCount)}</td>${numbers}</tr>
`;
}

function pairTable(pairs: readonly SkewPairProto[]): Html {
  if (pairs.length === 0) return markup``;
  const names = (list: readonly string[] = []): string => shorten(list.join(', '), 5 * NAME_CHARACTERS);
  const rows = pairs.slice(0, MOST_PAIRS).map(
    (
      pair,
      index,
    ) => markup`<tr><th scope="row">${index + 1}</th><td>${names(pair.mismatchedFeatures)}</td><td>${names(pair.baseOnlyFeatures)}</td><td>${names(pair.testOnlyFeatures)}</td></tr>
`,
  );
  return markup`<table><caption>Pairs that differ (${rows.length} of ${pairs.length} that were kept)</caption>
<thead><tr><th scope="col">pair</th><th scope="col">other values</th><th scope="col">only in base</th><th scope="col">only in test</th></tr></thead>
<tbody>
${rows}</tbody></table>
`;
}

function confusionTable({ confusion }: FeatureSkewResults): Html {
  if (confusion.length === 0) return markup``;
  const value = (bytes: Uint8Array | undefined): string =>
    shorten(Buffer.from(bytes ?? []).toString(), VALUE_CHARACTERS);
  const most = [...confusion].sort((a, b) => (b.count ?? 0) - (a.count ?? 0)).slice(0, MOST_VALUES);
  const rows = most.map(
    ({
      featureName = '',
      base,
      test,
      count = 0,
    }) => markup`<tr><th scope="row">${shorten(featureName, NAME_CHARACTERS)}</th><td>${value(base?.bytesValue)}</td><td>${value(test?.bytesValue)}</td><td class="number">${showNumber(count)}</td></tr>
`,
  );
  return markup`<table><caption>Pairs of values</caption>
<thead><tr><th scope="col">feature</th><th scope="col">base</th><th scope="col">test</th><th scope="col">pairs</th></tr></thead>
<tbody>
${rows}</tbody></table>
`;
}
