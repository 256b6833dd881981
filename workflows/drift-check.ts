import { Type } from '@sinclair/typebox';
import type { ExampleAnomalies, ExampleStatistics } from '../artifacts/types.js';
import { csvExampleGen, exampleValidator, importSchema, statisticsGen } from './components.js';
import { pipeline } from './pipeline.js';

/**
 * Whether a span has drifted from an earlier one beyond a schema's comparators (L-infinity, Jensen-Shannon): whether
 * there are anomalies that are not there without the comparison. Then there is an output `drift`. `retrain` runs it.
 */
export const driftCheck = pipeline(
  Type.Object({
    input: Type.String({ minLength: 1, description: 'a CSV pattern with {SPAN} or a date' }),
    module: Type.String({ minLength: 1, description: 'exports the schema' }),
    span: Type.Integer({ minimum: 0 }),
    previousSpan: Type.Integer({ minimum: 0 }),
  }),
  async ({ input, module, span, previousSpan }) => {
    const [statistics, previousStatistics] = await Promise.all([
      describeSpan(input, span, 'latest'),
      describeSpan(input, previousSpan, 'previous'),
    ]);
    const { schema } = await importSchema({ module });
    const [{ anomalies }, { anomalies: alone }] = await Promise.all([
      exampleValidator({ statistics, schema, previousStatistics }, { id: 'ExampleValidator[drift]' }),
      exampleValidator({ statistics, schema }, { id: 'ExampleValidator[alone]' }),
    ]);
    return countOf(anomalies) > countOf(alone) ? { anomalies, drift: anomalies } : { anomalies };
  },
);

async function describeSpan(input: string, span: number, name: string): Promise<ExampleStatistics> {
  const { examples } = await csvExampleGen(
    { input, span: { static: span }, split: { all: 1 } },
    { id: `CsvExampleGen[${name}]` },
  );
  const { statistics } = await statisticsGen({ examples }, { id: `StatisticsGen[${name}]` });
  return statistics;
}

const countOf = ({ properties: { errors, warnings } }: ExampleAnomalies): number => errors + warnings;
