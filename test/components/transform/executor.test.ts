import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ExecutorContext, InputArtifact } from '../../../components/implement.js';
import { Transform } from '../../../components/transform/contract.js';
import { transform } from '../../../components/transform/executor.js';
import { defineSchema, float, int, string } from '../../../formats/define-schema.js';
import { sqlString, withDuckDb } from '../../../formats/duckdb.js';
import { readSchema, writeSchema } from '../../../formats/schema.js';
import { loadTransformGraph } from '../../../graph/transform/transform-graph.js';
import type { Features, Transforms } from '../../../graph/transform/user-api.js';
import { executorContext, inputArtifact, temporaryFolder } from '../../support/executor-context.js';

const schema = defineSchema({ mass: float(), island: string({ required: true }), year: int({ required: true }) });

const module = {
  preprocessing: (f: Features<typeof schema>, t: Transforms) => ({
    mass: t.zScore(t.fillMissing(f.mass, 4000)),
    island: t.oneHot(t.vocabulary(f.island)),
    island_name: t.lower(f.island),
    year: f.year,
  }),
};

/** A split's rows as SQL: every third mass is missing. */
const rows = (from: number, to: number): string =>
  `SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE (3000 + i)::FLOAT END AS mass,
     ['Biscoe', 'Dream', 'Torgersen'][1 + i % 3] AS island, 2007 + i % 3 AS year FROM range(${from}, ${to}) t(i)`;

describe('Transform', () => {
  let root: string;
  let schemaArtifact: InputArtifact;
  before(async () => {
    root = temporaryFolder('transform');
    await mkdir(path.join(root, 'schema'));
    await writeSchema(path.join(root, 'schema/schema.pbtxt'), schema);
    schemaArtifact = await inputArtifact('Schema', path.join(root, 'schema'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  async function sql(query: string): Promise<unknown[][]> {
    const options = { threads: 1, memoryLimitMiB: 256, temporaryPath: root, allowedPaths: [root] };
    return await withDuckDb(options, async (connection) => (await connection.runAndReadAll(query)).getRowsJson());
  }

  async function examples(name: string, splits: Readonly<Record<string, string>>): Promise<InputArtifact> {
    for (const [split, query] of Object.entries(splits)) {
      const folder = path.join(root, name, `Split-${split}`);
      mkdirSync(folder, { recursive: true });
      const file = path.join(folder, 'data_parquet-00000-of-00001.parquet');
      await sql(`COPY (${query}) TO ${sqlString(file)} (FORMAT parquet)`);
    }
    return await inputArtifact('Examples', path.join(root, name), { span: 3 });
  }

  async function run(
    inputs: readonly InputArtifact[],
    changes: { readonly parameters?: object; readonly threads?: number; readonly module?: object } = {},
  ) {
    const made = executorContext(Transform, root, {
      inputs: { examples: inputs, schema: schemaArtifact },
      parameters: { module: 'penguin', analyzeSplits: ['train'], ...changes.parameters },
    });
    const context: ExecutorContext<typeof Transform> = {
      ...made,
      resources: { ...made.resources, threads: changes.threads ?? 1 },
      loadModule: () => Promise.resolve({ ...(changes.module ?? module) }),
    };
    const result = await transform.executor?.(context);
    assert.ok(result);
    return { result, graph: context.outputs.transformGraph.path, examples: context.outputs.transformedExamples.path };
  }

  const shard = (folder: string, split: string): string =>
    path.join(folder, `Split-${split}/transformed_examples-00000-of-00001.parquet`);

  it('writes every split in the order of its rows, fitted on the training split', async () => {
    const made = await run([await examples('one', { train: rows(0, 9), eval: rows(100, 104) })]);
    assert.equal(made.result.summary, '3 features to 4, 13 rows');
    const found = await sql(`SELECT * FROM read_parquet(${sqlString(shard(made.examples, 'eval'))})`);
    assert.deepEqual(
      found.map(([, island, name, year]) => [island, name, year]),
      [
        [[0, 1, 0], 'dream', '2008'],
        [[1, 0, 0], 'torgersen', '2009'],
        [[0, 0, 1], 'biscoe', '2007'],
        [[0, 1, 0], 'dream', '2008'],
      ],
    );
    assert.deepEqual(made.result.properties?.transformedExamples, {
      span: 3,
      split_names: '["eval","train"]',
      file_format: 'parquet',
      payload_format: 'FORMAT_PARQUET',
      rows_eval: 4,
      rows_train: 9,
    });
    assert.deepEqual((await readdir(made.graph)).sort(), [
      'graph.json',
      'metadata',
      'transform_fn',
      'transformed_metadata',
    ]);
    assert.equal(
      readFileSync(path.join(made.graph, 'transform_fn/assets/island'), 'utf8'),
      'Torgersen\nDream\nBiscoe\n',
    );
    const transformed = await readSchema(path.join(made.graph, 'transformed_metadata/schema.pbtxt'));
    assert.deepEqual(transformed.feature?.find(({ name }) => name === 'island')?.shape, { dim: [{ size: 3 }] });
    const graph = await loadTransformGraph(made.graph);
    // Row 0 of eval is i = 100: a mass of 3100, an island of index 1.
    const expected = Object.fromEntries(graph.outputs.map(({ name }, index) => [name, found[0]?.[index]]));
    const row = graph.transformRow({ mass: 3100, island: 'Dream', year: 2008 });
    assert.deepEqual({ ...row, year: String(row['year']) }, expected);
  });

  it('writes the same bytes with one thread and with two', async () => {
    const input = await examples('many', { train: rows(0, 150_000), eval: rows(0, 10) });
    const [one, two] = [await run([input]), await run([input], { threads: 2 })];
    const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
    assert.equal(digest(shard(one.examples, 'train')), digest(shard(two.examples, 'train')));
    for (const file of ['graph.json', 'transform_fn/saved_model.pb', 'transformed_metadata/schema.pbtxt']) {
      assert.equal(digest(path.join(one.graph, file)), digest(path.join(two.graph, file)), file);
    }
  });

  it('fits on several Examples as on one, and joins their splits', async () => {
    const whole = await run([await examples('whole', { train: rows(0, 100) })]);
    const parts = await run([
      await examples('part-1', { train: rows(0, 30) }),
      await examples('part-2', { train: rows(30, 100) }),
    ]);
    const counted = await sql(`SELECT count(*) FROM read_parquet(${sqlString(shard(parts.examples, 'train'))})`);
    assert.deepEqual(counted, [['100']]);
    assert.equal(
      readFileSync(path.join(parts.graph, 'graph.json'), 'utf8'),
      readFileSync(path.join(whole.graph, 'graph.json'), 'utf8'),
    );
  });

  it('explains what it can not do', async () => {
    const input = await examples('wrong', { train: rows(0, 3), eval: rows(0, 3) });
    const fails = async (promise: Promise<unknown>, code: string, message: RegExp) =>
      await assert.rejects(promise, (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
    await fails(
      run([input], { parameters: { analyzeSplits: ['training'] } }),
      'TRANSFORM_SPLIT_UNKNOWN',
      /"training"[^]*eval, train/,
    );
    await fails(run([input], { module: {} }), 'TRANSFORM_MODULE', /"penguin" has no export `preprocessing`/);
    await fails(run([await examples('empty', { train: rows(0, 0) })]), 'TRANSFORM_NO_ROWS', /train/);
    const without = await examples('without', { train: 'SELECT 1::FLOAT AS mass, 2007 AS year' });
    await fails(run([without]), 'TRANSFORM_COLUMN_MISSING', /"island"/);
    const text = await examples('text', { train: "SELECT 'heavy' AS mass, 'Dream' AS island, 2007 AS year" });
    await fails(run([text]), 'TRANSFORM_COLUMN_TYPE', /"mass" is STRING/);
    const blank = await examples('blank', {
      train: rows(0, 3),
      eval: 'SELECT 1::FLOAT AS mass, NULL::VARCHAR AS island, 2007 AS year',
    });
    await fails(run([blank]), 'TRANSFORM_VALUE_MISSING', /row 1 of split "eval"[^]*fillMissing/);
  });
});
