import assert from 'node:assert/strict';
import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { csvExampleGen } from '../../components/example-gen/csv-executor.js';
import { StatisticsGen } from '../../components/statistics-gen/contract.js';
import { statisticsGen } from '../../components/statistics-gen/executor.js';
import { sqlString, withDuckDb } from '../../formats/duckdb.js';
import { readStatistics } from '../../formats/statistics.js';
import { executorContext, inputArtifact, temporaryFolder } from '../support/executor-context.js';
import { runExampleGen } from './example-gen/run-example-gen.js';

const MIB = 1024 * 1024;
const MEMORY_LIMIT_MIB = 128;
/** Of some 200 bytes each: ten times the memory limit. */
const ROWS = 7_200_000;
const CATEGORIES = 100;
/** All that the process may have resident: the engine's limit, its caches and Node with all that is loaded. */
const MOST_RESIDENT_MIB = 700;

const root = temporaryFolder('larger-than-memory');
after(() => rmSync(root, { recursive: true, force: true }));

async function writeCsv(file: string): Promise<void> {
  const database = { threads: 2, memoryLimitMiB: MEMORY_LIMIT_MIB, temporaryPath: root, allowedPaths: [] };
  const words = Array.from({ length: 7 }, (_, k) => `'a word of some length ' || range % ${k + 2} AS word_${k}`);
  const columns = [`range AS id, range % ${CATEGORIES} AS category`, `'text ' || range AS text`, ...words].join(', ');
  await withDuckDb({ ...database, preserveOrder: false }, (connection) =>
    connection.run(`COPY (SELECT ${columns} FROM range(${ROWS})) TO ${sqlString(file)}`),
  );
}

test(
  'a CSV of ten times the memory limit becomes Examples and statistics, all exact',
  { timeout: 600_000 },
  async (t) => {
    const file = path.join(root, 'large.csv');
    await writeCsv(file);
    assert.ok(statSync(file).size >= 10 * MEMORY_LIMIT_MIB * MIB);
    const bounds = { threads: 2, memoryLimitMiB: MEMORY_LIMIT_MIB };
    const ingested = await runExampleGen(csvExampleGen, { input: file }, bounds);
    const splits = /^(\d+) rows: train (\d+), eval (\d+)$/.exec(ingested.result.summary)?.slice(1).map(Number);
    const [rows = 0, train = 0, evaluated = 0] = splits ?? [];
    assert.equal(rows, ROWS);
    assert.equal(train + evaluated, ROWS);

    const examples = await inputArtifact('Examples', ingested.path);
    const context = executorContext(StatisticsGen, root, {
      inputs: { examples, schema: undefined },
      parameters: { excludeSplits: [] },
    });
    await statisticsGen.executor?.({ ...context, resources: { ...context.resources, ...bounds } });
    rmSync(path.dirname(ingested.path), { recursive: true });
    const both = await Promise.all(
      ['train', 'eval'].map((split) =>
        readStatistics(path.join(context.outputs.statistics.path, `Split-${split}/FeatureStats.pb`)),
      ),
    );
    const features = both.map(({ datasets }) => datasets?.[0]?.features ?? []);
    const sum = (of: (split: (typeof features)[number]) => number | undefined): number =>
      features.reduce((total, split) => total + (of(split) ?? 0), 0);
    const named = (split: (typeof features)[number], name: string) =>
      split.find(({ path: { step } = {} }) => step?.[0] === name);
    assert.equal(
      sum((split) => named(split, 'text')?.stringStats?.unique),
      ROWS,
    );
    assert.equal(
      sum((split) => named(split, 'category')?.numStats?.numZeros),
      ROWS / CATEGORIES,
    );
    const total = (name: string): number =>
      sum((split) => {
        const stats = named(split, name)?.numStats;
        return (stats?.mean ?? 0) * (stats?.commonStats?.totNumValues ?? 0);
      });
    assert.ok(Math.abs(total('id') / ((ROWS * (ROWS - 1)) / 2) - 1) < 1e-12);
    assert.equal(Math.min(...features.map((split) => named(split, 'id')?.numStats?.min ?? 0)), 0);
    assert.equal(Math.max(...features.map((split) => named(split, 'id')?.numStats?.max ?? Number.NaN)), ROWS - 1);

    const resident = Math.round(process.resourceUsage().maxRSS / 1024);
    t.diagnostic(`${resident} MiB resident at most`);
    assert.ok(resident < MOST_RESIDENT_MIB, `${resident} MiB were resident`);
  },
);
