import {
  csvExampleGen,
  curateSchema,
  distributionValidator,
  exampleDiff,
  exampleValidator,
  gate,
  mergeSchemas,
  pipeline,
  schemaGen,
  statisticsGen,
  Type,
} from '../../../workflows/index.js';

const Parameters = Type.Object({ before: Type.String(), after: Type.String() });

async function describe(input: string, day: string) {
  const { examples } = await csvExampleGen({ input, split: { all: 1 } }, { id: `CsvExampleGen[${day}]` });
  const { statistics } = await statisticsGen({ examples }, { id: `StatisticsGen[${day}]` });
  return { examples, statistics };
}

/** Holds two days of data against each other in every way there is; a person decides about anomalies. */
export const dataQuality = pipeline(Parameters, async (p) => {
  const [before, after] = [await describe(p.before, 'before'), await describe(p.after, 'after')];
  const { schema } = await schemaGen({ statistics: before.statistics });
  const { anomalies } = await exampleValidator({ statistics: after.statistics, schema });
  await gate(anomalies, { action: 'approve' });
  const { statistics } = after;
  const { schema: curated } = await curateSchema({ schema, statistics, anomalies, accept: ['city'] });
  const { schema: merged } = await mergeSchemas({ base: schema, curated: schema, inferred: curated });
  const feature = [{ path: 'city', distributionComparator: { infinityNorm: { threshold: 0.01 } } }];
  const { anomalies: distributions } = await distributionValidator({
    statistics,
    baselineStatistics: before.statistics,
    config: { defaultSliceConfig: { feature } },
  });
  const warned = gate(distributions, { action: 'warn' });
  const { exampleDiffResult } = await exampleDiff({
    examples: after.examples,
    baselineExamples: before.examples,
    config: { pairedExampleSkew: { identifierFeatures: ['id'], skewSampleSize: 5 } },
  });
  return { curated, merged, distributions, exampleDiffResult, warned };
});
