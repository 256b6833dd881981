import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openInputs } from '../../components/example-gen/open-inputs.js';
import { computeStatistics, type StatisticsOptions } from '../../components/statistics-gen/compute-statistics.js';
import { parseSchema } from '../../formats/schema.js';
import { decodePlain, encodePlain } from '../../formats/protobuf/plain-message.js';
import { StatisticsMessage } from '../../formats/protobuf/tensorflow-metadata.js';
import { readStatistics, type StatisticsProto } from '../../formats/statistics.js';
import { pathOf, serializePath } from '../../components/example-validator/rules/feature-path.js';
import { skipWithout } from '../support/shared.js';
import { goldenIndex, goldenPath } from '../support/tfdv-golden.js';

const skip = skipWithout('golden/tfdv');
const { cases, options, whole } = goldenIndex();
let temporaryPath = '';

before(async () => {
  temporaryPath = await mkdtemp(path.join(tmpdir(), 'tfdv-'));
});
after(async () => {
  await rm(temporaryPath, { recursive: true });
});

interface Difference {
  readonly feature: string;
  readonly field: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Fields that differ by more than 1e-9 relative (counts must be equal, which whole numbers then are). */
function compare(ours: unknown, theirs: unknown, field: string, found: Omit<Difference, 'feature'>[]): void {
  if (typeof ours === 'object' && typeof theirs === 'object' && ours !== null && theirs !== null) {
    const [a, b] = [ours as Record<string, unknown>, theirs as Record<string, unknown>];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      compare(a[key], b[key], `${field}.${key}`, found);
    return;
  }
  const [a, b] = [ours ?? 0, theirs ?? 0];
  const same =
    typeof a === 'number' && typeof b === 'number'
      ? Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) || Math.abs(a - b) < 1e-12
      : a === b || (a === '' && b === 0) || (a === 0 && b === '');
  if (!same) found.push({ field, ours, theirs });
}

function differences(ours: StatisticsProto, theirs: StatisticsProto): Difference[] {
  const found: Difference[] = [];
  const written = decodePlain<StatisticsProto>(StatisticsMessage, encodePlain(StatisticsMessage, ours));
  for (const expected of theirs.datasets ?? []) {
    const actual = written.datasets?.find(({ name }) => name === expected.name);
    const counts: Omit<Difference, 'feature'>[] = [];
    compare({ ...actual, features: [] }, { ...expected, features: [] }, 'dataset', counts);
    found.push(...counts.map((difference) => ({ feature: expected.name ?? '', ...difference })));
    const keys = new Set(
      [...(expected.features ?? []), ...(actual?.features ?? [])].map((one) => serializePath(pathOf(one))),
    );
    for (const key of keys) {
      const pick = (features: typeof expected.features) => features?.find((one) => serializePath(pathOf(one)) === key);
      const fields: Omit<Difference, 'feature'>[] = [];
      compare(pick(actual?.features) ?? {}, pick(expected.features) ?? {}, '', fields);
      found.push(...fields.map((difference) => ({ feature: `${expected.name ?? ''}/${key}`, ...difference })));
    }
  }
  return found;
}

const resources = () => ({ threads: 2, memoryLimitMiB: 512, temporaryPath });

async function oursFor(input: string, statisticsOptions: StatisticsOptions): Promise<StatisticsProto> {
  const { parquet, source } = await openInputs([input], { temporaryPath, csv: { mayBeEmpty: true } });
  return computeStatistics(parquet ? { parquet } : source, statisticsOptions, resources());
}

const agreement: { case: string; differences: number; inexact: number }[] = [];

/** TFDV's quantile sketch is exact up to so many distinct values. */
const SKETCHED_ABOVE = 5701;

/** Where TFDV's own answer is inexact: sketched quantiles (error 1 %), weights added in float32 (error 1e-7). */
function isWithinTfdvsError({ field, ours, theirs }: Difference, rows: number): boolean {
  if (typeof ours !== 'number' || typeof theirs !== 'number') return false;
  if (field.includes('eighted')) return Math.abs(ours - theirs) <= 1e-7 * Math.abs(theirs);
  if (rows <= SKETCHED_ABOVE || !/histograms|median/.test(field)) return false;
  return Math.abs(ours - theirs) <= (field.endsWith('sampleCount') ? 0.01 * rows : 5e-5 * Math.abs(theirs));
}

async function assertAgrees(
  id: string,
  input: string,
  file: string,
  statisticsOptions: StatisticsOptions = {},
): Promise<void> {
  const theirs = await readStatistics(file);
  const all = differences(await oursFor(input, statisticsOptions), theirs);
  const found = all.filter((difference) => !isWithinTfdvsError(difference, theirs.datasets?.[0]?.numExamples ?? 0));
  agreement.push({ case: id, differences: found.length, inexact: all.length - found.length });
  assert.deepEqual(found.slice(0, 5), [], `${found.length} fields differ`);
}

for (const { dataset, name, csv, dir } of whole)
  void test(`${dataset} ${name ?? 'whole'}: statistics equal TFDV's`, { skip }, () =>
    assertAgrees(dir, goldenPath(csv), goldenPath(dir, 'stats.pb')),
  );

for (const golden of cases.filter(({ error, stats }) => error === undefined && stats !== undefined))
  void test(`${golden.id}: statistics equal TFDV's`, { skip }, () =>
    assertAgrees(golden.id, goldenPath(golden.dir, golden.input), goldenPath(golden.dir, golden.stats ?? '')),
  );

function optionsOf(id: string, given: Readonly<Record<string, unknown>>): StatisticsOptions {
  if (id.endsWith('slice_fn')) return { sliceFeatures: ['species'] };
  if (id.endsWith('allowlist')) return { featureAllowlist: ['species', 'body_mass_g'] };
  const number = (key: string): number | undefined => given[key] as number | undefined;
  return {
    numHistogramBuckets: number('num_histogram_buckets'),
    numQuantilesHistogramBuckets: number('num_quantiles_histogram_buckets'),
    numRankHistogramBuckets: number('num_rank_histogram_buckets'),
    numTopValues: number('num_top_values'),
    numValuesHistogramBuckets: number('num_values_histogram_buckets'),
    weightFeature: given['weight_feature'] as string | undefined,
    schema: typeof given['schema'] === 'string' ? parseSchema(given['schema']) : undefined,
  };
}

for (const { id, csv, dir, options: given } of options)
  void test(`${id}: statistics equal TFDV's`, { skip }, () =>
    assertAgrees(id, goldenPath(csv), goldenPath(dir, 'stats.pb'), optionsOf(id, given)),
  );

after(() => {
  const table = agreement.map(({ case: id, differences: count, inexact }) => {
    const within = inexact === 0 ? '' : `, ${inexact} fields within TFDV's own error`;
    return `${id.padEnd(44)} ${count === 0 ? `agrees${within}` : `${count} fields differ${within}`}`;
  });
  if (table.length > 0) console.log(`agreement with TFDV's statistics\n${table.join('\n')}`);
});
