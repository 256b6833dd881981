import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlString } from '../../formats/duckdb.js';
import { keepInFile, viewRows } from './waiting-rows.js';
import { columnNamed, tfxFeatureBucket, tfxRowBucket, typedRowHash, type TableColumn } from './row-functions.js';
import type { HashSplit } from './split-config.js';
import type { OutputSplit, RowTable } from './write-splits.js';

/** How the rows of one input split are shared out. At most one of the last three is set. */
export interface SplitRules {
  readonly splits: readonly HashSplit[];
  readonly tfxCompatible: boolean;
  readonly partitionFeature?: string | undefined;
  readonly stratifyBy?: string | undefined;
  readonly timeSplit?: TimeSplit | undefined;
}

export interface TimeSplit {
  readonly feature: string;
  readonly bounds: readonly (number | string)[];
  readonly names: readonly string[];
}

/**
 * The output splits of a loaded table. May put a column `bucket` on the table.
 *
 * @throws SPLIT_CONFIG_INVALID, SPLIT_FEATURE_UNKNOWN, SPLIT_FEATURE_MISSING_VALUES
 */
export async function outputSplits(
  connection: DuckDBConnection,
  source: RowTable,
  rules: SplitRules,
): Promise<OutputSplit[]> {
  const buckets = rules.splits.reduce((sum, split) => sum + split.hashBuckets, 0);
  const { table, columns } = source;
  if (rules.timeSplit !== undefined) return await timeSplits(connection, source, rules.timeSplit);
  if (rules.stratifyBy !== undefined) {
    const column = await completeColumn(connection, source, rules.stratifyBy, 'stratifyBy');
    const group = `PARTITION BY c${column.index}`;
    const rank = `row_number() OVER (${group} ORDER BY h) - 1`;
    await addBucket(connection, table, `((${rank}) * ${buckets} // count(*) OVER (${group}))::UBIGINT`);
    return hashSplits(source, rules.splits, 'bucket');
  }
  if (rules.partitionFeature !== undefined) {
    const column = await completeColumn(connection, source, rules.partitionFeature, 'partitionFeature');
    if (!rules.tfxCompatible) {
      await addBucket(connection, table, typedRowHash(connection, [column]));
      return hashSplits(source, rules.splits, 'bucket');
    }
    if (column.kind === 'FLOAT') throw invalid(`TFX does not split by float features, such as ${column.name}.`);
    await addBucket(connection, table, tfxFeatureBucket(connection, column, buckets));
    return hashSplits(source, rules.splits, 'bucket');
  }
  if (!rules.tfxCompatible) return hashSplits(source, rules.splits, 'h');
  await addBucket(connection, table, tfxRowBucket(connection, columns, buckets));
  return hashSplits(source, rules.splits, 'bucket');
}

/** bucket = hash mod the sum of the shares; the splits take consecutive buckets in their order. */
function hashSplits(source: RowTable, splits: readonly HashSplit[], hash: string): OutputSplit[] {
  const buckets = splits.reduce((sum, split) => sum + split.hashBuckets, 0);
  let from = 0;
  return splits.map(({ name, hashBuckets }) => {
    const bucket = `${hash} % ${buckets}::UBIGINT`;
    const where = `${bucket} >= ${from}::UBIGINT AND ${bucket} < ${from + hashBuckets}::UBIGINT`;
    from += hashBuckets;
    return { name, source, where: splits.length === 1 ? 'true' : where };
  });
}

async function timeSplits(connection: DuckDBConnection, source: RowTable, rule: TimeSplit): Promise<OutputSplit[]> {
  if (rule.names.length !== rule.bounds.length + 1) {
    throw invalid(
      `timeSplit has ${rule.bounds.length} bounds and ${rule.names.length} names; one more name than bounds is needed.`,
    );
  }
  const column = await completeColumn(connection, source, rule.feature, 'timeSplit');
  const kind = column.kind === 'STRING' ? 'string' : 'number';
  for (const [i, bound] of rule.bounds.entries()) {
    if (typeof bound !== kind)
      throw invalid(`timeSplit's bound ${bound} is no ${kind}, but ${rule.feature} holds ${column.kind} values.`);
    if (i > 0 && bound <= rule.bounds[i - 1]!) throw invalid(`timeSplit's bounds do not ascend at ${bound}.`);
  }
  const literal = (bound: number | string): string =>
    typeof bound === 'string' ? sqlString(bound) : `${bound}::DOUBLE`;
  return rule.names.map((name, i) => {
    const conditions = [
      ...(i === 0 ? [] : [`c${column.index} >= ${literal(rule.bounds[i - 1]!)}`]),
      ...(i === rule.bounds.length ? [] : [`c${column.index} < ${literal(rule.bounds[i]!)}`]),
    ];
    return { name, source, where: conditions.join(' AND ') };
  });
}

async function completeColumn(
  connection: DuckDBConnection,
  source: RowTable,
  name: string,
  parameter: string,
): Promise<TableColumn> {
  const column = columnNamed(source.columns, name, parameter);
  if (column.repeated && parameter !== 'partitionFeature')
    throw invalid(`${parameter} needs one value per row, and ${name} has lists.`);
  const isEmpty = column.repeated ? ` OR len(c${column.index}) = 0` : '';
  const counted = await connection.runAndReadAll(
    `SELECT count(*) FROM ${source.table} WHERE c${column.index} IS NULL${isEmpty}`,
  );
  const missing = Number(counted.getRows()[0]?.[0]);
  if (missing === 0) return column;
  throw new PipelineError('SPLIT_FEATURE_MISSING_VALUES', {
    what: `${missing} rows have no value of ${JSON.stringify(name)}, which ${parameter} splits by.`,
    details: { feature: name, parameter, rows: missing },
  });
}

async function addBucket(connection: DuckDBConnection, table: string, expression: string): Promise<void> {
  const rows = await keepInFile(connection, `SELECT *, ${expression} AS bucket FROM ${table}`);
  await viewRows(connection, table, [rows]);
}

function invalid(what: string): PipelineError {
  return new PipelineError('SPLIT_CONFIG_INVALID', { what });
}
