import { Type } from '@sinclair/typebox';
import { defineComponent } from '../contract.js';

/*
 * The ExampleGens: from files or queries to Examples.
 *
 * Payload: `Split-<name>/data_parquet-00000-of-0000N.parquet` (zstd, one column per feature, null is missing), or
 * `Split-<name>/data_tfrecord-00000-of-0000N.gz` of tf.Examples; `rejected-rows.ndjson` where rows were set aside.
 */

/** Split name to its share, e.g. `{ train: 2, eval: 1 }`; a list where the order of hash buckets must be sure. */
const Split = Type.Union([
  Type.Record(Type.String({ minLength: 1 }), Type.Integer({ minimum: 1 })),
  Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), hashBuckets: Type.Integer({ minimum: 1 }) })),
]);

/** A path, glob, `file://`, `http(s)://` or `s3://` address; or one of these per split of the input. */
const Input = Type.Union([
  Type.String({ minLength: 1 }),
  Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), pattern: Type.String({ minLength: 1 }) }), {
    minItems: 1,
  }),
]);

const Span = Type.Union([
  Type.Object({ static: Type.Integer({ minimum: 0 }) }),
  Type.Object({ rolling: Type.Integer({ minimum: 1 }), start: Type.Optional(Type.Integer({ minimum: 0 })) }),
  Type.Object({
    /** How many spans, of which the last is the one of the run's nominal time. */
    nominal: Type.Integer({ minimum: 1 }),
    /** How many of them must be there; the last one always must. (Default: all) */
    atLeast: Type.Optional(Type.Integer({ minimum: 1 })),
    /** How many periods the last span lies before the nominal time, e.g. 1 for yesterday's. (Default: 0) */
    delay: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Of `{SPAN}` only: seconds from one span to the next. (Default: a day) */
    period: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Of `{SPAN}` only: when span 0 begins, ISO. (Default: 1970-01-01) */
    origin: Type.Optional(Type.String({ minLength: 1 })),
  }),
]);

const TimeSplit = Type.Object({
  feature: Type.String({ minLength: 1 }),
  /** Ascending upper bounds (exclusive) of every split but the last; a number, or text that orders as text. */
  bounds: Type.Array(Type.Union([Type.Number(), Type.String()]), { minItems: 1 }),
  names: Type.Array(Type.String({ minLength: 1 }), { minItems: 2 }),
});

/** What every ExampleGen takes. */
const output = {
  /** Default `{ train: 2, eval: 1 }` for an input without splits of its own. */
  split: Type.Optional(Split),
  /** All rows with equal values of this feature go to one split. */
  partitionFeature: Type.Optional(Type.String({ minLength: 1 })),
  /** Splits each value of this feature by the shares of `split` exactly, to within a row. */
  stratifyBy: Type.Optional(Type.String({ minLength: 1 })),
  timeSplit: Type.Optional(TimeSplit),
  /** Changes the order of rows within the splits, never the split itself. */
  seed: Type.Integer({ default: 0, minimum: 0, maximum: 0xffffffff }),
  /** TFX's split (sha256 of the deterministic tf.Example) and blanks (a present feature without values). */
  tfxCompatible: Type.Boolean({ default: false }),
  format: Type.Union([Type.Literal('parquet'), Type.Literal('tfrecord')], { default: 'parquet' }),
  rowsPerShard: Type.Integer({ default: 10_000_000, minimum: 1 }),
};

/** What the driver finds out and hands to the executor; a call leaves these out. */
const resolved = {
  resolvedInput: Type.Optional(Type.Array(Type.Object({ name: Type.String(), pattern: Type.String() }))),
  resolvedSpan: Type.Optional(Type.Integer()),
  resolvedVersion: Type.Optional(Type.Integer()),
  inputFingerprint: Type.Optional(Type.String()),
};

const files = {
  input: Input,
  /** Which span of a pattern with `{SPAN}` or a date; the latest without it. */
  span: Type.Optional(Span),
  ...output,
  ...resolved,
};

const CellType = Type.Union([Type.Literal('INT'), Type.Literal('FLOAT'), Type.Literal('STRING')]);

export const CsvExampleGen = defineComponent({
  type: 'CsvExampleGen',
  version: 1,
  cache: 'content',
  inputs: {},
  outputs: { examples: 'Examples' },
  parameters: Type.Object({
    ...files,
    delimiter: Type.String({ default: ',', minLength: 1, maxLength: 1 }),
    quote: Type.String({ default: '"', maxLength: 1 }),
    /** Cells that mean "missing", beside the blank one. */
    nullTokens: Type.Array(Type.String(), { default: [] }),
    encoding: Type.Union(
      [
        Type.Literal('auto'),
        Type.Literal('utf-8'),
        Type.Literal('utf-16le'),
        Type.Literal('utf-16be'),
        Type.Literal('latin-1'),
      ],
      { default: 'auto' },
    ),
    /** Types by column name, instead of the inferred ones; a value that does not fit makes a bad row. */
    columnTypes: Type.Record(Type.String(), CellType, { default: {} }),
    onBadRow: Type.Union([Type.Literal('fail'), Type.Literal('skip'), Type.Literal('quarantine')], { default: 'fail' }),
    /** With `skip` and `quarantine`: more bad rows than this fail the run. */
    maxBadRows: Type.Integer({ default: 1000, minimum: 0 }),
  }),
  execution: { timeout: '2 hours', attempts: 5, weight: 'heavy' },
});

export const ImportExampleGen = defineComponent({
  type: 'ImportExampleGen',
  version: 1,
  cache: 'content',
  inputs: {},
  outputs: { examples: 'Examples' },
  parameters: Type.Object({
    ...files,
    /** `auto` tells by the content, never by the name. */
    inputFormat: Type.Union(
      [
        Type.Literal('auto'),
        Type.Literal('tfrecord'),
        Type.Literal('parquet'),
        Type.Literal('arrow'),
        Type.Literal('ndjson'),
      ],
      { default: 'auto' },
    ),
  }),
  execution: { timeout: '2 hours', attempts: 5, weight: 'heavy' },
});

export const QueryExampleGen = defineComponent({
  type: 'QueryExampleGen',
  version: 1,
  cache: 'content',
  inputs: {},
  outputs: { examples: 'Examples' },
  parameters: Type.Object({
    /** SQL, or one query per split. `@span_begin_timestamp`, `@span_end_timestamp`, `@span_yyyymmdd_utc` are filled in. */
    query: Type.Union([
      Type.String({ minLength: 1 }),
      Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), query: Type.String({ minLength: 1 }) }), {
        minItems: 1,
      }),
    ]),
    /** `duckdb:<path>` for a DuckDB file; else the name of a query source that the worker was given, e.g. `postgres`. */
    source: Type.String({ minLength: 1 }),
    /** Days since 1970-01-01 (UTC) for the placeholders. */
    span: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Raise or set it to a date to query again: a query's text alone does not tell that the data changed. */
    asOf: Type.Optional(Type.String()),
    ...output,
    ...resolved,
  }),
  execution: { timeout: '2 hours', attempts: 5, weight: 'heavy' },
});
