import { Type } from '@sinclair/typebox';
import type { ExampleStatistics } from '../artifacts/types.js';
import type { DriftFacts } from '../components/example-validator/drift-facts.js';
import type { CsvExampleGenCall } from './calls.js';
import { csvExampleGen, exampleValidator, importExampleGen, importSchema, statisticsGen } from './components.js';
import { pipeline } from './pipeline.js';

/**
 * Whether a span has drifted from an earlier one beyond a schema's comparators (L-infinity, Jensen-Shannon). The
 * anomalies' property `drift` says by how much; there is an output `drift` if it is too much. `retrain` runs it.
 */
export const driftCheck = pipeline(
  Type.Object({
    input: Type.String({ minLength: 1, description: 'a pattern with {SPAN} or a date' }),
    module: Type.String({ minLength: 1, description: 'exports the schema' }),
    span: Type.Integer({ minimum: 0 }),
    previousSpan: Type.Integer({ minimum: 0 }),
    exampleGen: Type.Optional(Type.Union([Type.Literal('csv'), Type.Literal('import')])),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'more for the ExampleGen' })),
  }),
  async ({ module, span, previousSpan, ...source }) => {
    const [statistics, previousStatistics] = await Promise.all([
      describeSpan(source, span, 'latest'),
      describeSpan(source, previousSpan, 'previous'),
    ]);
    const { schema } = await importSchema({ module });
    const { anomalies } = await exampleValidator({ statistics, schema, previousStatistics });
    const { drifted } = JSON.parse(anomalies.properties.drift ?? '{}') as Partial<DriftFacts>;
    return (drifted ?? 0) > 0 ? { anomalies, drift: anomalies } : { anomalies };
  },
);

interface Source {
  readonly input: string;
  readonly exampleGen?: 'csv' | 'import';
  readonly options?: Readonly<Record<string, unknown>>;
}

async function describeSpan(source: Source, span: number, name: string): Promise<ExampleStatistics> {
  const isImport = source.exampleGen === undefined ? IMPORTED.test(source.input) : source.exampleGen === 'import';
  // The component checks all of it.
  const call = {
    ...source.options,
    input: source.input,
    span: { static: span },
    split: { all: 1 },
  } as CsvExampleGenCall;
  const { examples } = isImport
    ? await importExampleGen(call, { id: `ImportExampleGen[${name}]` })
    : await csvExampleGen(call, { id: `CsvExampleGen[${name}]` });
  const { statistics } = await statisticsGen({ examples }, { id: `StatisticsGen[${name}]` });
  return statistics;
}

/** File names of what ImportExampleGen reads. */
const IMPORTED = /tfrecord|\.(parquet|arrow|arrows|feather|ipc|ndjson|jsonl)\b[^/]*$/i;
