import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { columnValues } from '../../formats/column-values.js';
import { readParquetSql, type ExamplesColumn, type OpenedExamples } from '../../formats/examples.js';
import type {
  ConfusionCountProto,
  FeatureSkewProto,
  MatchStatsProto,
  SkewPairProto,
} from '../../formats/feature-skew.js';
import { encodeExample, type ExampleValue } from '../../formats/tf-example.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { confusionSql, countSql, keySql, rawSql, STATES, stateSql, valueSql, type Side } from './feature-sql.js';
import type { PairedFeatures } from './paired-features.js';

const DIFFERING: readonly number[] = [STATES.mismatch, STATES.baseOnly, STATES.testOnly, STATES.oneEmpty];

/** How many features one query compares: more would need much memory at once. */
const FEATURES_PER_QUERY = 100;

interface Sides {
  readonly base: OpenedExamples;
  readonly test: OpenedExamples;
}

/**
 * Two data sets joined by their identifier features, inside an engine that spills to disk what does not fit. Columns are
 * called by number: k0… are keys, c0… compared values, r0… columns as they are, v0… and n0… for confusion counts.
 */
export class PairedExamples {
  readonly #connection: DuckDBConnection;
  readonly #sides: Sides;
  readonly #features: PairedFeatures;
  readonly #keys: readonly string[];
  #joined: string;
  #differing = false;

  private constructor(connection: DuckDBConnection, sides: Sides, features: PairedFeatures) {
    this.#connection = connection;
    this.#sides = sides;
    this.#features = features;
    this.#keys = features.identifiers.map((_, index) => `k${index}`);
    this.#joined = `base b JOIN test t ON ${this.#keys.map((key) => `b.${key} = t.${key}`).join(' AND ')}`;
  }

  static async open(
    connection: DuckDBConnection,
    sides: Sides,
    features: PairedFeatures,
    digits: number | undefined,
  ): Promise<PairedExamples> {
    for (const side of ['base', 'test'] as const)
      await connection.run(`CREATE TEMP VIEW ${side} AS ${sideSql(side, sides[side], features, digits)}`);
    return new PairedExamples(connection, sides, features);
  }

  /** How often each identifier occurs on each side. */
  #occurrences(): string {
    const keys = this.#keys.join(', ');
    const all = this.#keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
    const side = (name: Side): string =>
      `SELECT ${keys}, ${name === 'base' ? '1 AS b, 0 AS t' : '0 AS b, 1 AS t'} FROM ${name} WHERE ${all}`;
    return `SELECT ${keys}, sum(b) AS b, sum(t) AS t FROM (${side('base')} UNION ALL ${side('test')}) GROUP BY ${keys}`;
  }

  /** Leaves identifiers out that one side has several times. */
  async leaveOutRepeated(): Promise<void> {
    const keys = this.#keys.join(', ');
    await this.#connection.run(
      `CREATE TEMP TABLE repeated AS SELECT ${keys} FROM (${this.#occurrences()}) WHERE b > 1 OR t > 1`,
    );
    const same = this.#keys.map((key) => `r.${key} = b.${key}`).join(' AND ');
    this.#joined += ` WHERE NOT EXISTS (SELECT 1 FROM repeated r WHERE ${same})`;
  }

  async matchStats(): Promise<MatchStatsProto> {
    const none = this.#keys.map((key) => `${key} IS NULL`).join(' OR ');
    const [found = []] = await this.#numbers(`SELECT coalesce(sum(b), 0), coalesce(sum(t), 0), count(*),
      count(*) FILTER (b = 0), count(*) FILTER (t = 0), coalesce(sum(b * t), 0), count(*) FILTER (b > 1 OR t > 1),
      (SELECT count(*) FROM base WHERE ${none}), (SELECT count(*) FROM test WHERE ${none}) FROM (${this.#occurrences()})`);
    const [baseWithIdCount = 0, testWithIdCount = 0, identifiersCount = 0, ...others] = found;
    const [idsMissingInBaseCount = 0, idsMissingInTestCount = 0, matchingPairsCount = 0, ...rest] = others;
    const [duplicateIdCount = 0, baseMissingIdCount = 0, testMissingIdCount = 0] = rest;
    const ids = { baseWithIdCount, testWithIdCount, identifiersCount, idsMissingInBaseCount, idsMissingInTestCount };
    return { ...ids, matchingPairsCount, baseMissingIdCount, testMissingIdCount, duplicateIdCount };
  }

  /** Counts of every feature that any pair has, by name. */
  async featureSkew(onFeatures: (done: number) => void): Promise<FeatureSkewProto[]> {
    const { compared } = this.#features;
    const found: FeatureSkewProto[] = [];
    for (let from = 0; from < compared.length; from += FEATURES_PER_QUERY) {
      const features = compared.slice(from, from + FEATURES_PER_QUERY);
      const states = features.map((feature, at) => `${stateSql(feature, `c${from + at}`)} AS s${at}`);
      const counts = features.flatMap((_, at) =>
        Object.values(STATES).map((state) => `count(*) FILTER (s${at} = ${state})`),
      );
      const sql = `SELECT ${counts.join(', ')} FROM (SELECT ${states.join(', ')} FROM ${this.#joined})`;
      const [row = []] = await this.#numbers(sql);
      const width = Object.keys(STATES).length;
      const byFeature = features.map(({ name }, at) => ({ name, counts: row.slice(at * width, (at + 1) * width) }));
      found.push(...byFeature.flatMap(({ name, counts: ofFeature }) => skewOf(name, ofFeature)));
      this.#differing ||= byFeature.some((one) => DIFFERING.some((state) => (one.counts[state] ?? 0) > 0));
      onFeatures(from + features.length);
    }
    return found;
  }

  /** Pairs that differ, chosen by a hash of their identifiers: a sample that is the same every time. After `featureSkew`. */
  async *samplePairs(size: number): AsyncGenerator<SkewPairProto> {
    const { compared } = this.#features;
    if (size === 0 || !this.#differing) return;
    const states = compared.map((feature, index) => stateSql(feature, `c${index}`));
    const [base, test] = [this.#sides.base.columns, this.#sides.test.columns];
    const raw = [...base.map((_, index) => `b.r${index}`), ...test.map((_, index) => `t.r${index}`)];
    const named = raw.map((column, index) => `${column} AS o${index}`);
    const order = [`hash(${this.#keys.map((key) => `b.${key}`).join(', ')})`, `hash(${raw.join(', ')})`];
    const sql = `SELECT * FROM (SELECT [${states.join(', ')}]::BIGINT[] AS states, ${named.join(', ')},
      ${order[0] ?? ''} AS h0, ${order[1] ?? ''} AS h1 FROM ${this.#joined})
      WHERE list_has_any(states, [${DIFFERING.join(', ')}]) ORDER BY h0, h1 LIMIT ${size}`;
    for await (const chunk of this.#chunks(sql)) {
      const stateLists = columnValues(chunk, 0, { kind: 'INT', binary: false }) as readonly (readonly bigint[])[];
      const [ofBase, ofTest] = [exampleReader(chunk, base, 1), exampleReader(chunk, test, 1 + base.length)];
      for (let row = 0; row < chunk.rowCount; row++) {
        const lists = this.#featureLists((stateLists[row] ?? []).map(Number));
        yield { base: ofBase(row), test: ofTest(row), ...lists };
      }
    }
  }

  #featureLists(states: readonly number[]): Omit<SkewPairProto, 'base' | 'test'> {
    const inState = (...wanted: readonly number[]): string[] =>
      this.#features.compared.flatMap(({ name }, index) => (wanted.includes(states[index] ?? -1) ? [name] : []));
    return {
      baseOnlyFeatures: inState(STATES.baseOnly),
      testOnlyFeatures: inState(STATES.testOnly),
      matchedFeatures: inState(STATES.match, STATES.bothEmpty),
      mismatchedFeatures: inState(STATES.mismatch),
    };
  }

  /** @throws EXAMPLE_DIFF_CONFUSION_UNSUPPORTED for examples with several values */
  async *confusion(): AsyncGenerator<ConfusionCountProto> {
    const missing = `encode('__MISSING_VALUE__')`;
    for (const [index, { name }] of this.#features.confusion.entries()) {
      const [v, n] = [`v${index}`, `n${index}`];
      const [[most = 0] = []] = await this.#numbers(
        `SELECT coalesce(max(greatest(b.${n}, t.${n})), 0) FROM ${this.#joined}`,
      );
      if (most > 1) throw severalValues(name, most);
      const sql = `SELECT coalesce(b.${v}, ${missing}) AS x, coalesce(t.${v}, ${missing}) AS y, count(*) AS n
        FROM ${this.#joined} GROUP BY x, y ORDER BY x, y`;
      for await (const chunk of this.#chunks(sql)) {
        const [bases, tests] = [0, 1].map((at) => columnValues(chunk, at, { kind: 'STRING', binary: true }));
        const counts = columnValues(chunk, 2, { kind: 'INT', binary: false });
        for (let row = 0; row < chunk.rowCount; row++) {
          const value = (of: typeof bases): { bytesValue: Uint8Array } => ({ bytesValue: of?.[row] as Uint8Array });
          yield { featureName: name, base: value(bases), test: value(tests), count: Number(counts[row]) };
        }
      }
    }
  }

  async #numbers(sql: string): Promise<number[][]> {
    const reader = await this.#connection.runAndReadAll(sql);
    return reader.getRows().map((row) => row.map(Number));
  }

  async *#chunks(sql: string): AsyncGenerator<DuckDBDataChunk> {
    const result = await this.#connection.stream(sql);
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk())
      yield chunk;
  }
}

function sideSql(
  side: Side,
  { parquet, columns }: OpenedExamples,
  { identifiers, compared, confusion }: PairedFeatures,
  digits: number | undefined,
): string {
  const selected = [
    ...identifiers.map((feature, index) => `${keySql(feature, side, digits)} AS k${index}`),
    ...compared.map((feature, index) => `${valueSql(feature, side, digits)} AS c${index}`),
    ...columns.map((column, index) => `${rawSql(column)} AS r${index}`),
    ...confusion.flatMap(({ [side]: column }, index) => [
      `${confusionSql(column)} AS v${index}`,
      `${countSql(column)} AS n${index}`,
    ]),
  ];
  return `SELECT ${selected.join(', ')} FROM ${readParquetSql(parquet)}`;
}

/** A feature that no pair has is in no result. */
function skewOf(featureName: string, counts: readonly number[]): FeatureSkewProto[] {
  const of = (state: keyof typeof STATES): number => counts[STATES[state]] ?? 0;
  const [match, mismatchCount, baseOnly, testOnly] = [of('match'), of('mismatch'), of('baseOnly'), of('testOnly')];
  if (match + mismatchCount + baseOnly + testOnly + of('bothEmpty') + of('oneEmpty') === 0) return [];
  const sides = { baseCount: match + mismatchCount + baseOnly, testCount: match + mismatchCount + testOnly };
  const diffCount = baseOnly + testOnly + mismatchCount;
  return [{ featureName, ...sides, matchCount: match + of('bothEmpty'), baseOnly, testOnly, mismatchCount, diffCount }];
}

const TYPES = { INT: 'int64', FLOAT: 'float', STRING: 'bytes' } as const;

/** Reads rows of a chunk as serialized tf.Examples, from a column on. */
function exampleReader(
  chunk: DuckDBDataChunk,
  columns: readonly ExamplesColumn[],
  from: number,
): (row: number) => Uint8Array {
  const types = Object.fromEntries(columns.map(({ name, kind }) => [name, TYPES[kind]]));
  const values = columns.map((column, index) => columnValues(chunk, from + index, column));
  return (row) =>
    encodeExample(
      Object.fromEntries(columns.map(({ name }, index) => [name, values[index]?.[row] as ExampleValue])),
      types,
    );
}

function severalValues(name: string, most: number): PipelineError {
  return new PipelineError('EXAMPLE_DIFF_CONFUSION_UNSUPPORTED', {
    what: `An example has ${most} values of ${JSON.stringify(name)}; only single values are counted in pairs.`,
    details: { feature: name },
  });
}
