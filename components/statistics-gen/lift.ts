import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { CrossFeatureStatisticsProto, CustomStatisticProto, LiftSeriesProto } from '../../formats/statistics.js';
import { compareUtf8 } from '../example-validator/rules/feature-path.js';
import type { Relation } from './collect-state.js';
import type { SourceColumn } from './source-column.js';

export interface LiftOptions {
  /** Boundaries that make a numeric label categorical: n of them give n + 1 buckets. */
  readonly labelBoundaries?: readonly number[] | undefined;
}

export interface LiftStatistics {
  readonly crossFeature: CrossFeatureStatisticsProto;
  /** The same as rank histograms, one per value of the label, for viewers. */
  readonly customStats: readonly CustomStatisticProto[];
}

interface Pair {
  readonly x: string;
  readonly y: string;
  readonly count: number;
}

/** A table of (row, value): each example once for each distinct value that it has. */
function valuesSql(column: SourceColumn, boundaries: readonly number[] | undefined): string {
  const value = column.depth === 0 ? column.sql : `unnest(list_distinct(${column.sql}))`;
  const text = boundaries === undefined ? 'v::VARCHAR' : bucketSql(boundaries);
  return `SELECT DISTINCT r, ${text} AS v FROM (SELECT r, ${value} AS v FROM numbered_rows) WHERE v IS NOT NULL`;
}

function bucketSql(boundaries: readonly number[]): string {
  const cases = boundaries.map((boundary, index) => `WHEN v < ${boundary}::DOUBLE THEN '${index}'`).join(' ');
  return `(CASE ${cases} ELSE '${boundaries.length}' END)`;
}

async function pairsOf(connection: DuckDBConnection, sql: string): Promise<Pair[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map(([x, y, count]) => ({ x: String(x), y: String(y), count: Number(count) }));
}

/**
 * Lift of every value of the features with every value of the label, P(label | value) / P(label), over all examples.
 * Pairs that never meet have lift 0.
 *
 * @throws STATISTICS_FEATURE_UNKNOWN
 */
export async function liftStatistics(
  connection: DuckDBConnection,
  relation: Relation,
  features: readonly SourceColumn[],
  labelName: string,
  options: LiftOptions = {},
): Promise<Map<string, LiftStatistics>> {
  const label = relation.columns.find(({ name }) => name === labelName);
  if (label === undefined)
    throw new PipelineError('STATISTICS_FEATURE_UNKNOWN', { what: `There is no label ${JSON.stringify(labelName)}.` });
  const boundaries = options.labelBoundaries && [...new Set(options.labelBoundaries)].sort((a, b) => a - b);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE numbered_rows AS SELECT row_number() OVER () AS r, * FROM ${relation.sql}`,
  );
  await connection.run(`CREATE OR REPLACE TEMP TABLE label_values AS ${valuesSql(label, boundaries)}`);
  const examples = Number((await connection.runAndReadAll('SELECT count(*) FROM numbered_rows')).getRows()[0]?.[0]);
  const labels = await pairsOf(connection, `SELECT v, '', count(*) FROM label_values GROUP BY v`);
  const found = new Map<string, LiftStatistics>();
  for (const feature of features.filter(({ name }) => name !== labelName)) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE feature_values AS ${valuesSql(feature, undefined)}`);
    const values = await pairsOf(connection, `SELECT v, '', count(*) FROM feature_values GROUP BY v`);
    const together = await pairsOf(
      connection,
      'SELECT f.v, l.v, count(*) FROM feature_values f JOIN label_values l USING (r) GROUP BY 1, 2',
    );
    const numeric = { x: feature.kind === 'INT', y: label.kind === 'INT' && boundaries === undefined };
    found.set(feature.name, assemble({ feature, labelName, values, labels, together, examples, boundaries, numeric }));
  }
  await connection.run('DROP TABLE numbered_rows; DROP TABLE label_values; DROP TABLE IF EXISTS feature_values');
  return found;
}

interface Counted {
  readonly feature: SourceColumn;
  readonly labelName: string;
  readonly values: readonly Pair[];
  readonly labels: readonly Pair[];
  readonly together: readonly Pair[];
  readonly examples: number;
  readonly boundaries: readonly number[] | undefined;
  readonly numeric: { readonly x: boolean; readonly y: boolean };
}

function assemble(counted: Counted): LiftStatistics {
  const { feature, labelName, labels, boundaries, numeric } = counted;
  const ordered = [...labels].sort((a, b) =>
    numeric.y || boundaries ? Number(a.x) - Number(b.x) : compareUtf8(a.x, b.x),
  );
  const series = ordered.map((label) => seriesOf(label, counted));
  return {
    crossFeature: {
      pathX: { step: [feature.name] },
      pathY: { step: [labelName] },
      categoricalCrossStats: { lift: { liftSeries: series } },
    },
    customStats: series.map((one) => ({
      name: `Lift (Y=${labelText(one)})`,
      rankHistogram: {
        buckets: (one.liftValues ?? []).map(({ xString, xInt, lift = 0 }) => ({
          label: xString ?? String(xInt),
          sampleCount: lift,
        })),
      },
    })),
  };
}

function seriesOf(label: Pair, { values, together, examples, boundaries, numeric }: Counted): LiftSeriesProto {
  const meets = new Map(together.filter(({ y }) => y === label.x).map(({ x, count }) => [x, count] as const));
  const rate = label.count / examples;
  const liftValues = values
    .map(({ x, count }) => ({ x, count, both: meets.get(x) ?? 0, lift: (meets.get(x) ?? 0) / count / rate }))
    .sort((a, b) => b.lift - a.lift || (numeric.x ? Number(a.x) - Number(b.x) : compareUtf8(a.x, b.x)))
    .map(({ x, count, both, lift }) => ({
      ...(numeric.x ? { xInt: Number(x) } : { xString: x }),
      lift,
      xCount: count,
      xAndYCount: both,
    }));
  return { ...labelOf(label.x, boundaries, numeric.y), yCount: label.count, liftValues };
}

function labelOf(text: string, boundaries: readonly number[] | undefined, numeric: boolean): LiftSeriesProto {
  if (boundaries === undefined) return numeric ? { yInt: Number(text) } : { yString: text };
  const index = Number(text);
  return { yBucket: { lowValue: boundaries[index - 1] ?? -Infinity, highValue: boundaries[index] ?? Infinity } };
}

function labelText({ yString, yInt, yBucket }: LiftSeriesProto): string {
  if (yBucket === undefined) return yString ?? String(yInt);
  const { lowValue = 0, highValue = 0 } = yBucket;
  return `[${lowValue},${highValue}${highValue === Infinity ? ']' : ')'}`;
}
