import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { CrossFeatureStatisticsProto, CustomStatisticProto, LiftSeriesProto } from '../../formats/statistics.js';
import type { Relation } from './collect-state.js';
import { factorOf, weightOf, weightSql } from './count-sql.js';
import type { SourceColumn } from './source-column.js';
import { compareKeys, shownText, textKey } from './text-keys.js';

export interface LiftOptions {
  /** A numeric feature with one value in every example; adds lift by weight. */
  readonly weightFeature?: string | undefined;
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
  readonly weight: number;
}

/** A table of (row, weight, value): each example once for each distinct value that it has in the `index`th column. */
function valuesSql({ depth, binary }: SourceColumn, index: number, boundaries?: readonly number[]): string {
  const value = depth === 0 ? `c${index}` : `unnest(list_distinct(c${index}))`;
  const text = boundaries === undefined ? (binary ? 'v' : 'v::VARCHAR') : bucketSql(boundaries);
  return `SELECT DISTINCT r, w, ${text} AS v FROM (SELECT r, w, ${value} AS v FROM numbered_rows) WHERE v IS NOT NULL`;
}

function bucketSql(boundaries: readonly number[]): string {
  const cases = boundaries.map((boundary, index) => `WHEN v < ${boundary}::DOUBLE THEN '${index}'`).join(' ');
  return `(CASE ${cases} ELSE '${boundaries.length}' END)`;
}

async function pairsOf(connection: DuckDBConnection, sql: string): Promise<Pair[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader
    .getRows()
    .map(([x, y, count, weight]) => ({ x: textKey(x), y: textKey(y), count: Number(count), weight: Number(weight) }));
}

/**
 * Lift of every value of the features with every value of the label, P(label | value) / P(label), over all examples.
 * Pairs that never meet have lift 0. With weights, the same of weights: (w(both) / w(value)) / (w(label) / examples), as
 * TFDV has it; values that weigh nothing have none.
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
  const weightColumn = relation.columns.find(({ name }) => name === options.weightFeature);
  const weight = weightColumn && (await weightOf(connection, relation.sql, weightColumn));
  const described = [label, ...features.filter(({ name }) => name !== labelName)];
  const renamed = described.map(({ sql }, index) => `${sql} AS c${index}`).join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE numbered_rows AS SELECT row_number() OVER () AS r, ${weight?.units ?? '0'} AS w, ${renamed} FROM ${relation.sql}`,
  );
  const sum = weight === undefined ? '0' : weightSql('sum(f.w)', factorOf(weight.scale) ?? 1);
  await connection.run(`CREATE OR REPLACE TEMP TABLE label_values AS ${valuesSql(label, 0, boundaries)}`);
  const examples = Number((await connection.runAndReadAll('SELECT count(*) FROM numbered_rows')).getRows()[0]?.[0]);
  const labels = await pairsOf(connection, `SELECT v, '', count(*), ${sum} FROM label_values f GROUP BY v`);
  const found = new Map<string, LiftStatistics>();
  for (const [index, feature] of described.entries()) {
    if (index === 0) continue;
    await connection.run(`CREATE OR REPLACE TEMP TABLE feature_values AS ${valuesSql(feature, index)}`);
    const values = await pairsOf(connection, `SELECT v, '', count(*), ${sum} FROM feature_values f GROUP BY v`);
    const together = await pairsOf(
      connection,
      `SELECT f.v, l.v, count(*), ${sum} FROM feature_values f JOIN label_values l USING (r) GROUP BY 1, 2`,
    );
    const numeric = { x: feature.kind === 'INT', y: label.kind === 'INT' && boundaries === undefined };
    if (values.length === 0 || labels.length === 0) continue;
    const weighted = weight !== undefined;
    const counted = { feature, labelName, values, labels, together, examples, boundaries, numeric, weighted };
    found.set(feature.name, assemble(counted));
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
  readonly weighted: boolean;
}

function assemble(counted: Counted): LiftStatistics {
  const { feature, labelName, labels, boundaries, numeric, weighted } = counted;
  const ordered = [...labels].sort((a, b) =>
    numeric.y || boundaries ? Number(a.x) - Number(b.x) : compareKeys(a.x, b.x),
  );
  const series = ordered.map((label) => seriesOf(label, counted));
  // TFDV appends the weighted series to the same list.
  if (weighted) series.push(...ordered.map((label) => weightedSeriesOf(label, counted)));
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

interface ValueLift {
  readonly x: string;
  readonly ofX: number;
  readonly both: number;
  readonly lift: number;
}

/** The lift of each value with a label, greatest first. */
function liftsOf(label: Pair, counted: Counted, measure: (pair: Pair) => number): ValueLift[] {
  const { values, together, examples, numeric } = counted;
  const meets = new Map(together.filter(({ y }) => y === label.x).map((pair) => [pair.x, measure(pair)] as const));
  const rate = measure(label) / examples;
  return values
    .map((pair) => ({ x: pair.x, ofX: measure(pair), both: meets.get(pair.x) ?? 0 }))
    .map(({ x, ofX, both }) => ({ x, ofX, both, lift: both / ofX / rate }))
    .filter(({ lift }) => Number.isFinite(lift))
    .sort((a, b) => b.lift - a.lift || (numeric.x ? Number(a.x) - Number(b.x) : compareKeys(a.x, b.x)));
}

function seriesOf(label: Pair, counted: Counted): LiftSeriesProto {
  const liftValues = liftsOf(label, counted, ({ count }) => count).map(({ x, ofX, both, lift }) => ({
    ...valueOf(x, counted),
    lift,
    xCount: ofX,
    xAndYCount: both,
  }));
  return { ...labelOf(label.x, counted), yCount: label.count, liftValues };
}

function weightedSeriesOf(label: Pair, counted: Counted): LiftSeriesProto {
  const liftValues = liftsOf(label, counted, ({ weight }) => weight).map(({ x, ofX, both, lift }) => ({
    ...valueOf(x, counted),
    lift,
    weightedXCount: ofX,
    weightedXAndYCount: both,
  }));
  return { ...labelOf(label.x, counted), weightedYCount: label.weight, liftValues };
}

const valueOf = (x: string, { numeric }: Counted): { xInt: number } | { xString: string } =>
  numeric.x && isInt32(x) ? { xInt: Number(x) } : { xString: shownText(x) };

/** The message has 32 bits for integers (TFDV fails beyond); greater ones are written as text. */
const isInt32 = (text: string): boolean => (Number(text) | 0) === Number(text);

function labelOf(text: string, { boundaries, numeric }: Counted): LiftSeriesProto {
  if (boundaries === undefined)
    return numeric.y && isInt32(text) ? { yInt: Number(text) } : { yString: shownText(text) };
  const index = Number(text);
  return { yBucket: { lowValue: boundaries[index - 1] ?? -Infinity, highValue: boundaries[index] ?? Infinity } };
}

function labelText({ yString, yInt, yBucket }: LiftSeriesProto): string {
  if (yBucket === undefined) return yString ?? String(yInt);
  const { lowValue = 0, highValue = 0 } = yBucket;
  return `[${lowValue},${highValue}${highValue === Infinity ? ']' : ')'}`;
}
