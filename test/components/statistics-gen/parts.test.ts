import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import type { ParametersOf } from '../../../components/contract.js';
import { filesOfPart, planByFiles, type PartsOf } from '../../../components/parts.js';
import { StatisticsGen } from '../../../components/statistics-gen/contract.js';
import { statisticsGen } from '../../../components/statistics-gen/executor.js';
import { sqlString, withDuckDb } from '../../../formats/duckdb.js';
import { executorContext, inputArtifact, outputPlace, temporaryFolder } from '../../support/executor-context.js';

const root = temporaryFolder('parts');
after(() => rmSync(root, { recursive: true, force: true }));

type Parameters = ParametersOf<typeof StatisticsGen>;
type Options = NonNullable<Parameters['options']>;
const parts: PartsOf<typeof StatisticsGen> = statisticsGen.parts ?? assert.fail('no parts');

/** One row as SQL literals, by column; a shard may lack a column. */
const COLUMNS = {
  id: 'BIGINT',
  x: 'FLOAT',
  big: 'DOUBLE',
  word: 'VARCHAR',
  bytes: 'BLOB',
  list: 'BIGINT[]',
  words: 'VARCHAR[]',
  nested: 'FLOAT[][]',
  weight: 'FLOAT',
  label: 'VARCHAR',
  flag: 'BOOLEAN',
} as const;
type Column = keyof typeof COLUMNS;
type Row = Readonly<Record<Column, string>>;

const oneOf = (...literals: string[]) => fc.constantFrom(...literals);
const text = fc.oneof(
  oneOf("''", "'a'", "'ä'", "'zz'", "'__BYTES_VALUE__'"),
  fc.string().map((s) => sqlString(s.replaceAll('\0', ''))),
);
const float = fc.oneof(
  oneOf("'NaN'", "'Infinity'", "'-Infinity'", '0', "'-0.0'", '1', '1.5', '-7.25', '1e30'),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((x) => `'${x}'`),
);
const listOf = (literal: fc.Arbitrary<string>, type: string) =>
  fc.array(literal, { maxLength: 4 }).map((items) => `[${items.join(', ')}]::${type}`);
const orNull = (literal: fc.Arbitrary<string>) => fc.oneof({ arbitrary: literal, weight: 5 }, oneOf('NULL'));

const row: fc.Arbitrary<Row> = fc.record({
  id: orNull(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }).map(String)),
  x: orNull(float),
  big: orNull(
    fc.oneof(
      oneOf('1', '2', '3'),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => `'${x}'`),
    ),
  ),
  word: orNull(text),
  bytes: orNull(oneOf("'\\xFF\\xFE'", "'plain'", "'\\x00'", "''")),
  list: orNull(listOf(oneOf('1', '2', '3', 'NULL'), 'BIGINT[]')),
  words: orNull(listOf(oneOf("'p'", "'q'", "'r'"), 'VARCHAR[]')),
  nested: orNull(listOf(listOf(oneOf('1', '2', '3.5'), 'FLOAT[]'), 'FLOAT[][]')),
  weight: oneOf('0.001', '0.1', '1', '3.7', '1000', '0'),
  label: orNull(oneOf("'yes'", "'no'", "'maybe'")),
  flag: orNull(oneOf('true', 'false')),
});

interface Shard {
  readonly rows: readonly Row[];
  readonly lacks: readonly Column[];
}

const shard: fc.Arbitrary<Shard> = fc.record({
  rows: fc.array(row, { maxLength: 20 }),
  lacks: fc.subarray<Column>(['id', 'x', 'word', 'nested', 'flag'], { maxLength: 1 }),
});

async function writeShards(folder: string, shards: readonly Shard[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await withDuckDb({ threads: 1, memoryLimitMiB: 256, temporaryPath: root, allowedPaths: [] }, async (connection) => {
    for (const [index, { rows, lacks }] of shards.entries()) {
      const columns = (Object.keys(COLUMNS) as Column[]).filter((name) => !lacks.includes(name));
      await connection.run(
        `CREATE OR REPLACE TABLE shard (${columns.map((name) => `${name} ${COLUMNS[name]}`).join(', ')})`,
      );
      const values = rows.map((one) => `(${columns.map((name) => one[name]).join(', ')})`);
      if (values.length > 0) await connection.run(`INSERT INTO shard VALUES ${values.join(', ')}`);
      const file = path.join(folder, `data-${String(index).padStart(5, '0')}.parquet`);
      await connection.run(`COPY shard TO ${sqlString(file)} (FORMAT parquet)`);
    }
  });
}

async function contextOf(examples: string, parameters: Partial<Parameters>, schema?: string) {
  const inputs = {
    examples: await inputArtifact('Examples', examples),
    schema: schema === undefined ? undefined : await inputArtifact('Schema', schema),
  };
  return executorContext(StatisticsGen, root, { inputs, parameters: { excludeSplits: [], ...parameters } });
}

const bytesOf = (place: { readonly path: string }, split: string): Buffer =>
  readFileSync(path.join(place.path, `Split-${split}/FeatureStats.pb`));

async function whole(examples: string, parameters: Partial<Parameters>): Promise<Buffer> {
  const context = await contextOf(examples, parameters);
  await statisticsGen.executor?.(context);
  return bytesOf(context.outputs.statistics, 'train');
}

async function inParts(examples: string, parameters: Partial<Parameters>, count: number): Promise<Buffer> {
  const states = [];
  for (let index = 0; index < count; index++) {
    const state = outputPlace(mkdtempSync(path.join(root, 'state-')));
    await parts.map({ ...(await contextOf(examples, parameters)), part: { index, count }, state });
    states.push(state);
  }
  const context = await contextOf(examples, parameters);
  await parts.reduce({ ...context, states });
  return bytesOf(context.outputs.statistics, 'train');
}

const VARIANTS: Readonly<Record<string, Partial<Parameters>>> = {
  'as they are': {},
  weighted: { options: { weightFeature: 'weight' } satisfies Options },
  'by slice, weighted': { options: { weightFeature: 'weight', sliceFeatures: ['words'] } },
  'from a sample of rows': { sampleRateBySplit: { train: 0.5 }, options: { sliceFeatures: ['flag'] } },
  'with lift, mutual information and crosses': {
    options: { labelFeature: 'label', mutualInformation: true, crossFeatures: true, sliceFeatures: ['flag'] },
  },
  'with weighted lift, semantic domains, slices by crosses and SQL': {
    options: {
      labelFeature: 'label',
      weightFeature: 'weight',
      semanticDomainStats: true,
      slices: [{ featureKeys: ['flag', 'words'] }],
      sliceSqls: ['SELECT STRUCT(word, l AS item) FROM example.word, example.list AS l WHERE l > 0'],
    },
  },
};

describe('statistics of several parts', () => {
  for (const [name, parameters] of Object.entries(VARIANTS)) {
    it(`are the same bytes as those of one process, ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(shard, { minLength: 2, maxLength: 4 }),
          fc.integer({ min: 2, max: 4 }),
          async (shards, wanted) => {
            const examples = mkdtempSync(path.join(root, 'examples-'));
            await writeShards(path.join(examples, 'Split-train'), shards);
            const one = await whole(examples, parameters);
            const several = await inParts(examples, parameters, Math.min(wanted, shards.length));
            assert.ok(one.equals(several), 'the bytes differ');
            rmSync(examples, { recursive: true });
          },
        ),
        { numRuns: 3, includeErrorInReport: true },
      );
    });
  }
});

describe('a plan', () => {
  const file = (name: string, size: number) => ({ path: `Split-train/${name}`, size });

  it('has a part for each 128 MiB, one at least and never more than files', () => {
    const mib = 1024 * 1024;
    assert.deepEqual(planByFiles([file('a', 10), file('b', 10)], undefined), { count: 1 });
    assert.deepEqual(
      planByFiles(
        Array.from({ length: 8 }, (_, i) => file(String(i), 64 * mib)),
        undefined,
      ),
      { count: 4 },
    );
    assert.deepEqual(planByFiles([file('a', 900 * mib)], undefined), { count: 1 });
    assert.deepEqual(planByFiles([file('a', 1), file('b', 1)], 2), { count: 2 });
    assert.deepEqual(planByFiles([file('a', 1)], 2), { count: 1, note: '1 of 2 parts, for 1 file' });
  });

  it('deals every file to exactly one part, and leaves no part without', () => {
    const sizes = fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 40 }), (bytes, wanted) => {
        const files = bytes.map((size, index) => ({ size, index }));
        const count = Math.min(wanted, files.length);
        const dealt = Array.from({ length: count }, (_, index) => filesOfPart(files, { index, count }));
        assert.ok(dealt.every((own) => own.length > 0));
        assert.deepEqual(dealt.flat(), files);
      }),
    );
  });
});
