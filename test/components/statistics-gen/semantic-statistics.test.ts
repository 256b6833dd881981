import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { allExamples, describeData, inferSchema, type StatisticsOptions } from '../../../data.js';
import {
  computeState,
  datasetStatistics,
  formatState,
  mergeStates,
  parseState,
} from '../../../components/statistics-gen/index.js';
import { openInputs } from '../../../components/example-gen/open-inputs.js';

/** What TFDV 1.16 answers on these 400 rows with enable_semantic_domain_stats. */
const COLUMNS: Readonly<
  Record<string, { readonly value: (k: number) => string; readonly expected: readonly (string | number)[] }>
> = {
  day: {
    value: (k) => `20${10 + (k % 20)}-0${1 + (k % 9)}-1${k % 10}`,
    expected: ["time_domain {string_format: '%Y-%m-%d'}", 1],
  },
  ambiguous: {
    value: (k) => `0${1 + (k % 9)}/0${1 + (k % 9)}/2001`,
    expected: ["time_domain {string_format: '%m/%d/%Y'}", 1],
  },
  stamp: {
    value: (k) => `2001-02-03T04:05:${10 + (k % 49)}.5`,
    expected: ["time_domain {string_format: '%Y-%m-%dT%H:%M:%S.%f'}", 1],
  },
  words: {
    value: (k) => `Fri Nov 30 10:47:0${k % 10} 2018`,
    expected: ['natural_language_domain {}', 1, "time_domain {string_format: '%a %b %d %H:%M:%S %Y'}", 1],
  },
  seconds: { value: (k) => String(631_152_000 + k), expected: ['time_domain {integer_format: 1}', 1] },
  days: { value: (k) => (k % 10 === 0 ? '5' : String(7305 + k)), expected: ['time_domain {integer_format: 5}', 0.9] },
  text: { value: (k) => `The quick brown fox ${k}`, expected: ['natural_language_domain {}', 1] },
  umlaut: { value: () => 'über größe fährt', expected: ['natural_language_domain {}', 1] },
  short: { value: () => 'a b', expected: [] },
  long: { value: () => 'supercalifragilistic expialidocious antidisestablishment', expected: [] },
  half: { value: (k) => (k % 2 === 0 ? '2020-01-01' : 'never'), expected: [] },
  bitmap: { value: (k) => `BMW ${k % 3}`, expected: ['image_domain {}', 'bmp:400'] },
  fraction: { value: (k) => `${631_152_000 + k}.5`, expected: [] },
};

describe('semantic domain statistics', () => {
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tfx-semantic-'));
    const row = (k: number): string =>
      Object.values(COLUMNS)
        .map(({ value }) => value(k))
        .join(',');
    const rows = Array.from({ length: 400 }, (_, k) => row(k));
    const header = Object.keys(COLUMNS).join(',');
    await writeFile(file('data.csv'), [header, ...rows, ''].join('\n'));
    await writeFile(file('first.csv'), [header, ...rows.slice(0, 99), ''].join('\n'));
    await writeFile(file('second.csv'), [header, ...rows.slice(99), ''].join('\n'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const statistics = (options: StatisticsOptions, name = 'data.csv') =>
    describeData([file(name)], { statistics: options, threads: 1 }).then(allExamples);

  it('names what TFDV names', async () => {
    const { features = [] } = await statistics({ semanticDomainStats: true });
    const found = features.map(({ path: of, customStats = [] }) => [
      of?.step?.[0],
      customStats.map(
        ({ str, num, rankHistogram }) =>
          str ?? num ?? rankHistogram?.buckets?.map((b) => `${b.label!}:${b.sampleCount!}`).join(),
      ),
    ]);
    assert.deepEqual(
      Object.fromEntries(found),
      Object.fromEntries(Object.entries(COLUMNS).map(([name, { expected }]) => [name, expected])),
    );
  });

  it('the inferred schema takes the only domain of a feature, and none of two', async () => {
    const { feature = [] } = inferSchema(await statistics({ semanticDomainStats: true }));
    const of = (name: string) => feature.find((one) => one.name === name);
    assert.deepEqual(of('day')?.timeDomain, { stringFormat: '%Y-%m-%d' });
    assert.deepEqual(of('seconds')?.timeDomain, { integerFormat: 'UNIX_SECONDS' });
    assert.deepEqual(of('text')?.naturalLanguageDomain, {});
    assert.equal(of('words')?.timeDomain, undefined);
  });

  it('are absent unless asked for, and with fewer than 100 values', async () => {
    for (const one of [await statistics({}), await statistics({ semanticDomainStats: true }, 'first.csv')])
      assert.ok(one.features?.every(({ customStats }) => customStats === undefined));
  });

  it('a sample of the values says the same', async () => {
    const { features = [] } = await statistics({ semanticDomainStats: true, semanticDomainStatsSampleRate: 0.5 });
    assert.equal(features[0]?.path?.step?.[0], 'day');
    assert.equal(
      features.find(({ path: of }) => of?.step?.[0] === 'text')?.customStats?.[0]?.str,
      'natural_language_domain {}',
    );
  });

  it('states of shards, as JSON, merge to the same', async () => {
    const stateOf = async (name: string) => {
      const resources = { threads: 1, memoryLimitMiB: 512, temporaryPath: folder };
      const { source } = await openInputs([file(name)], { ...resources });
      return parseState(formatState(await computeState(source, { semanticDomainStats: true }, resources)));
    };
    const whole = datasetStatistics(await stateOf('data.csv'));
    const merged = datasetStatistics(mergeStates([await stateOf('first.csv'), await stateOf('second.csv')]));
    const semantic = ({ features = [] }: typeof whole) => features.map(({ customStats }) => customStats);
    assert.deepEqual(semantic(merged), semantic(whole));
  });
});
