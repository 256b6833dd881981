import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { ExampleDiff } from '../../../components/example-diff/contract.js';
import { exampleDiff } from '../../../components/example-diff/executor.js';
import type { Executor, ExecutorContext } from '../../../components/implement.js';
import { parseParameters, type ParameterSchema } from '../../../components/parameters.js';
import { isPipelineError } from '../../../errors/pipeline-error.js';
import { readFeatureSkew } from '../../../formats/feature-skew.js';
import { decodeExample, encodeExample, type ExampleRow, type FeatureType } from '../../../formats/tf-example.js';
import { writeTfRecords } from '../../../formats/tfrecord.js';
import { exampleDiffPage, exampleDiffText } from '../../../views/example-diff-view.js';
import { executorContext, inputArtifact, temporaryFolder } from '../../support/executor-context.js';

const root = temporaryFolder('example-diff');
after(() => rm(root, { recursive: true }));

const HOSTILE = '"; DROP TABLE base; --<script>';
const TYPES: Readonly<Record<string, FeatureType>> = {
  id: 'int64',
  x: 'float',
  city: 'bytes',
  tags: 'bytes',
  [HOSTILE]: 'int64',
};

let artifacts = 0;
async function artifact(splits: Readonly<Record<string, readonly ExampleRow[]>>, types = TYPES) {
  const folder = path.join(root, `examples-${++artifacts}`);
  for (const [split, rows] of Object.entries(splits)) {
    const place = path.join(folder, `Split-${split}`);
    await mkdir(place, { recursive: true });
    const records = rows.map((row) => encodeExample(row, types));
    await writeTfRecords(path.join(place, 'data_tfrecord-00000-of-00001.gz'), records);
  }
  return await inputArtifact('Examples', folder);
}

async function compare(
  base: Awaited<ReturnType<typeof artifact>>,
  tested: Awaited<ReturnType<typeof artifact>>,
  skew: object = {},
  includeSplitPairs?: [string, string][],
) {
  const config = { pairedExampleSkew: { identifierFeatures: ['id'], ...skew } };
  const given = { config, ...(includeSplitPairs && { includeSplitPairs }) };
  const parameters = parseParameters(ExampleDiff.parameters as ParameterSchema, given, 'ExampleDiff');
  const context = executorContext(ExampleDiff, root, {
    inputs: { examples: tested, baselineExamples: base },
    parameters: parameters as ExecutorContext<typeof ExampleDiff>['parameters'],
  });
  const result = await (exampleDiff.executor as Executor<typeof ExampleDiff>)(context);
  const folder = context.outputs.exampleDiffResult.path;
  const read = (pair = 'all_all') => readFeatureSkew(path.join(folder, `SplitPair-${pair}`));
  return { properties: result.properties?.exampleDiffResult, folder, read };
}

async function compareRows(base: readonly ExampleRow[], tested: readonly ExampleRow[], skew: object = {}) {
  const { read } = await compare(await artifact({ all: base }), await artifact({ all: tested }), skew);
  return await read();
}

const base: ExampleRow[] = [
  { id: 1, x: 1.5, city: 'Rome', tags: ['a', 'b'], [HOSTILE]: 7 },
  { id: 2, x: 0.25, city: 'Oslo', tags: [] },
  { id: 3, x: 2, city: 'Lima' },
  { id: 4, x: 3 },
  { x: 9 },
];
const tested: ExampleRow[] = [
  { id: 1, x: 1.5, city: 'Rome', tags: ['a', 'c'], [HOSTILE]: 8 },
  { id: 2, x: 0.26, tags: [] },
  { id: 3, x: 2, city: 'Lima', tags: ['new'] },
  { id: 5, x: 4 },
];

test('examples are joined by their identifiers, and features compared as TFDV counts them', async () => {
  const { matchStats, features, pairs, confusion } = await compareRows(base, tested, { skewSampleSize: 10 });
  assert.deepEqual(matchStats, {
    ...{ baseWithIdCount: 4, testWithIdCount: 4, identifiersCount: 5, matchingPairsCount: 3 },
    ...{ idsMissingInBaseCount: 1, idsMissingInTestCount: 1, baseMissingIdCount: 1 },
  });
  assert.deepEqual(features, [
    { featureName: HOSTILE, baseCount: 1, testCount: 1, mismatchCount: 1, diffCount: 1 },
    { featureName: 'city', baseCount: 3, testCount: 2, matchCount: 2, baseOnly: 1, diffCount: 1 },
    // Two features without a value match, but are in the count of neither side.
    { featureName: 'tags', baseCount: 1, testCount: 2, matchCount: 1, testOnly: 1, mismatchCount: 1, diffCount: 2 },
    { featureName: 'x', baseCount: 3, testCount: 3, matchCount: 2, mismatchCount: 1, diffCount: 1 },
  ]);
  assert.equal(pairs.length, 3);
  const second = pairs.find(({ baseOnlyFeatures = [] }) => baseOnlyFeatures.includes('city'));
  assert.deepEqual([second?.mismatchedFeatures, second?.matchedFeatures], [['x'], ['tags']]);
  assert.equal(decodeExample(second?.base ?? new Uint8Array())['id']?.values[0], 2n);
  assert.deepEqual(confusion, []);
});

test('ignored features are not compared, and no pair is kept when none is asked for', async () => {
  const { features, pairs } = await compareRows(base, tested, { ignoreFeatures: ['x', HOSTILE] });
  assert.deepEqual(
    features.map(({ featureName }) => featureName),
    ['city', 'tags'],
  );
  assert.deepEqual(pairs, []);
});

test('floats are rounded half to even before they are compared', async () => {
  const left = [2.5, 0.125, -0.2, 1, Number.NaN].map((x, id) => ({ id, x }));
  const right = [2, 0.12, 0, 1.0000001, Number.NaN].map((x, id) => ({ id, x }));
  const matches = async (skew: object): Promise<number | undefined> =>
    (await compareRows(left, right, skew)).features[0]?.matchCount;
  assert.equal(await matches({}), 1, 'NaN equals itself');
  // 2.5 becomes 2, 0.125 becomes 0, -0.2 becomes negative zero.
  assert.equal(await matches({ floatRoundNdigits: 0 }), 5);
  assert.equal(await matches({ floatRoundNdigits: 2 }), 3);
});

test('repeated identifiers are left out, or every pair of them is compared', async () => {
  const twice = [...base, { id: 1, x: 8 }];
  const one = await compareRows(twice, tested);
  assert.deepEqual([one.matchStats.matchingPairsCount, one.matchStats.duplicateIdCount], [4, 1]);
  assert.equal(one.features.find(({ featureName }) => featureName === 'x')?.baseCount, 2);
  const all = await compareRows(twice, tested, { allowDuplicateIdentifiers: true });
  assert.equal(all.features.find(({ featureName }) => featureName === 'x')?.baseCount, 4);
});

test('several identifiers must all be equal, and be there', async () => {
  const { matchStats } = await compareRows(base, tested, { identifierFeatures: ['city', 'id'] });
  assert.deepEqual(
    [matchStats.matchingPairsCount, matchStats.baseMissingIdCount, matchStats.testMissingIdCount],
    [2, 2, 2],
  );
});

test('pairs of values of a text feature are counted', async () => {
  const { confusion } = await compareRows(base, tested, { confusionConfig: [{ featureName: 'city' }] });
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
  assert.deepEqual(
    confusion.map(({ base: one, test: other, count }) => [text(one?.bytesValue), text(other?.bytesValue), count]),
    [
      ['Lima', 'Lima', 1],
      ['Oslo', '__MISSING_VALUE__', 1],
      ['Rome', 'Rome', 1],
    ],
  );
});

test('what could never match, or be counted, is refused', async () => {
  const refused = async (code: string, skew: object, types = TYPES): Promise<void> => {
    const other = await artifact({ all: tested }, types);
    await assert.rejects(
      async () => compare(await artifact({ all: base }), other, skew),
      (error) => isPipelineError(error) && error.code === code,
    );
  };
  await refused('EXAMPLE_DIFF_FEATURE_UNKNOWN', { identifierFeatures: ['di'] });
  await refused('EXAMPLE_DIFF_FEATURE_UNKNOWN', { confusionConfig: [{ featureName: 'town' }] });
  await refused('EXAMPLE_DIFF_TYPES_DIFFER', {}, { ...TYPES, id: 'float' });
  await refused('EXAMPLE_DIFF_CONFUSION_UNSUPPORTED', { confusionConfig: [{ featureName: 'x' }] });
  await refused('EXAMPLE_DIFF_CONFUSION_UNSUPPORTED', { confusionConfig: [{ featureName: 'tags' }] });
  await refused('PARAMETERS_INVALID', { identifierFeatures: [] });
});

test('all pairs of splits are compared by default, each in a folder as TFX names it, the same bytes every time', async () => {
  const [left, right] = [await artifact({ train: base, eval: base }), await artifact({ eval: tested })];
  const { folder, properties } = await compare(left, right, { skewSampleSize: 2 });
  assert.deepEqual((await readdir(folder)).sort(), ['SplitPair-eval_eval', 'SplitPair-eval_train']);
  const files = await readdir(path.join(folder, 'SplitPair-eval_train'));
  assert.deepEqual(
    files.sort(),
    ['match_stats', 'sample_pairs', 'skew_stats'].map((name) => `${name}-00000-of-00001`),
  );
  assert.deepEqual([properties?.['matchingPairs'], properties?.['differences']], [6, 10]);
  assert.match(String(properties?.['reasons']), /Feature \\"tags\\" differs in 2 pairs/);
  const again = await compare(left, right, { skewSampleSize: 2 }, [['eval', 'train']]);
  assert.deepEqual(await readdir(again.folder), ['SplitPair-eval_train']);
  for (const file of files) {
    const [one, other] = [folder, again.folder].map((place) =>
      readFile(path.join(place, 'SplitPair-eval_train', file)),
    );
    assert.deepEqual(await one, await other);
  }
});

test('what was found is shown as text and as HTML without anything of the data in the markup', async () => {
  const skew = { skewSampleSize: 10, confusionConfig: [{ featureName: 'city' }] };
  const results = await compareRows(base, tested, skew);
  const text = exampleDiffText(results);
  assert.match(text, /^3 pairs of examples with equal identifiers, of 4 in base and 4 in test\n/);
  assert.match(text, /tags: 2 differ \(1 other values, 0 only in base, 1 only in test\)/);
  const html = exampleDiffPage(results, HOSTILE);
  assert.doesNotMatch(html, /<script>/);
  assert.match(html, /4 features differ/);
  assert.match(html, /__MISSING_VALUE__/);
});
