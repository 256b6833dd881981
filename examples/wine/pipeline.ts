import {
  csvExampleGen,
  evaluator,
  exampleValidator,
  gate,
  importSchema,
  infraValidator,
  latestBlessedModel,
  outcome,
  pipeline,
  pusher,
  schemaGen,
  statisticsGen,
  trainer,
  transform,
  Type,
} from 'tfx-temporal/workflows';

const WineParameters = Type.Object({
  data: Type.String({ description: 'path of a wine-quality.csv' }),
  curated: Type.Boolean({ default: true, description: "take the module's curated schema; false infers one" }),
  epochs: Type.Integer({ default: 20, minimum: 1 }),
  minimumSquaredPearson: Type.Number({ default: 0.3, minimum: 0, maximum: 1 }),
  destination: Type.String({ default: 'serving_model/wine', description: 'where model servers look for versions' }),
});

/** Predicts a wine's quality from eleven measurements, and pushes the model if it explains enough. */
export const wine = pipeline(WineParameters, async (p) => {
  const { examples } = await csvExampleGen({ input: p.data, split: { train: 2, eval: 1 } });
  const { statistics } = await statisticsGen({ examples });
  const { schema } = p.curated ? await importSchema({ module: 'wine' }) : await schemaGen({ statistics });
  const { anomalies } = await exampleValidator({ statistics, schema });
  gate(anomalies, { failOn: 'ERROR' });

  const { transformGraph, transformedExamples } = await transform({ examples, schema, module: 'wine' });
  const { model } = await trainer({
    examples: transformedExamples,
    transformGraph,
    schema,
    module: 'wine',
    customConfig: { epochs: p.epochs },
  });

  const { model: baseline } = await latestBlessedModel({ unless: model });
  const { blessing } = await evaluator({
    examples,
    model,
    baseline,
    schema,
    config: {
      label: 'quality',
      metrics: ['squaredPearsonCorrelation', 'rootMeanSquaredError', 'meanAbsoluteError'],
      thresholds: { squaredPearsonCorrelation: { lowerBound: p.minimumSquaredPearson } },
    },
  });
  if (blessing.properties.verdict !== 'BLESSED') return outcome(blessing);

  const { infraBlessing } = await infraValidator({ model, examples });
  if (infraBlessing.properties.verdict !== 'INFRA_BLESSED') return outcome(infraBlessing);
  return await pusher({ model, blessing, infraBlessing, destination: p.destination });
});
