import { createRequire } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sqlString, withDuckDb } from '../../formats/duckdb.js';
import { describeParquet } from '../../formats/examples.js';
import type { SchemaProto } from '../../formats/schema-proto.js';
import { fitGraph } from '../../graph/transform/fit.js';
import { readBatches } from '../../graph/transform/read-batches.js';
import { tracePreprocessing } from '../../graph/transform/trace-preprocessing.js';
import { transformBatches } from '../../graph/transform/transform-batches.js';
import { openTransformGraph } from '../../graph/transform/transform-graph.js';
import type { Features, Transforms } from '../../graph/transform/user-api.js';
import { writeTransformed } from '../../graph/transform/write-transformed.js';

/*
 * Times of each step on vega-datasets' flights (3M rows unless a number is given): node dist/bench/transform/transform.js
 */
const LIMIT = Number(process.argv[2] ?? 3_000_000);

const schema: SchemaProto = {
  feature: [
    { name: 'delay', type: 'FLOAT' },
    { name: 'distance', type: 'FLOAT' },
    { name: 'origin', type: 'BYTES' },
    { name: 'destination', type: 'BYTES' },
  ],
};

const preprocessing = (f: Features, t: Transforms) => {
  const delay = t.fillMissing(f['delay'] as Features[string], 0);
  const [origin, destination] = [t.fillMissing(f['origin'] as never, ''), t.fillMissing(f['destination'] as never, '')];
  return {
    delay_z: t.zScore(delay),
    distance_01: t.scaleTo01(t.fillMissing(f['distance'] as never, 0)),
    delay_bucket: t.bucketize(delay, 10),
    origin_id: t.vocabulary(origin),
    destination_hash: t.hashStrings(destination, 100),
    route: t.cross([origin, destination], { numBuckets: 1000 }),
  };
};

async function timed<T>(what: string, rows: number, run: () => Promise<T>): Promise<T> {
  const [before, cpu] = [performance.now(), process.cpuUsage()];
  const result = await run();
  const [wall, used] = [performance.now() - before, process.cpuUsage(cpu)];
  const cpuMs = (used.user + used.system) / 1000;
  console.log(
    `${what.padEnd(28)} ${wall.toFixed(0).padStart(7)} ms wall ${cpuMs.toFixed(0).padStart(7)} ms CPU ${(rows / wall / 1000).toFixed(2)} Mrows/s`,
  );
  return result;
}

const folder = await mkdtemp(path.join(tmpdir(), 'tfx-bench-transform-'));
try {
  const options = { threads: 1, memoryLimitMiB: 1024, temporaryPath: folder };
  const data = path.dirname(createRequire(import.meta.url).resolve('vega-datasets'));
  const file = path.join(folder, 'flights.parquet');
  await withDuckDb({ ...options, allowedPaths: [path.join(data, '../data'), folder] }, async (connection) => {
    const source = sqlString(path.join(data, '../data/flights-3m.parquet'));
    await connection.run(
      `COPY (SELECT delay::FLOAT delay, distance::FLOAT distance, origin, destination FROM read_parquet(${source}) LIMIT ${LIMIT}) TO ${sqlString(file)} (FORMAT parquet)`,
    );
  });
  const examples = await describeParquet([file], options);
  const spec = await tracePreprocessing(schema, preprocessing);
  const read = (names: readonly string[]) =>
    readBatches(
      examples,
      spec.features.filter(({ name }) => names.includes(name)),
      options,
    );
  const all = spec.features.map(({ name }) => name);
  await timed('read only', examples.rows, async () => {
    let rows = 0;
    for await (const batch of read(all)) rows += batch.rows;
    return rows;
  });
  const fitted = await timed('fit', examples.rows, () => fitGraph(spec, read));
  const graph = openTransformGraph(fitted);
  await timed('transform, no writing', examples.rows, async () => {
    let rows = 0;
    for await (const batch of transformBatches(graph, read(all), { split: 'train' })) rows += batch.rows;
    return rows;
  });
  await timed('transform and write Parquet', examples.rows, () =>
    writeTransformed(
      path.join(folder, 'out.parquet'),
      graph.outputs,
      transformBatches(graph, read(all), { split: 'train' }),
      options,
    ),
  );
  const row = { delay: 5, distance: 700, origin: 'LAX', destination: 'JFK' };
  await timed('100,000 single rows', 100_000, () => {
    for (let index = 0; index < 100_000; index++) graph.transformRow(row);
    return Promise.resolve();
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
