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

const PenguinParameters = Type.Object({
  data: Type.String({ default: 'examples/penguin/data/penguins.csv', description: 'path of a penguins.csv' }),
  curated: Type.Boolean({ default: true, description: "take the module's curated schema; false infers one" }),
  epochs: Type.Integer({ default: 30, minimum: 1 }),
  minimumAccuracy: Type.Number({ default: 0.9, minimum: 0, maximum: 1 }),
  destination: Type.String({ default: 'serving_model/penguin', description: 'where model servers look for versions' }),
});

/** Tells a penguin's species from its measurements; a model is pushed if it is accurate and no worse than the last. */
export const penguin = pipeline(PenguinParameters, async (p) => {
  const { examples } = await csvExampleGen({ input: p.data });
  const { statistics } = await statisticsGen({ examples });
  const { schema } = p.curated ? await importSchema({ module: 'penguin' }) : await schemaGen({ statistics });
  const { anomalies } = await exampleValidator({ statistics, schema });
  gate(anomalies, { failOn: 'ERROR' });

  const { transformGraph, transformedExamples } = await transform({ examples, schema, module: 'penguin' });
  const { model } = await trainer({
    examples: transformedExamples,
    transformGraph,
    schema,
    module: 'penguin',
    customConfig: { epochs: p.epochs },
  });

  const { model: baseline } = await latestBlessedModel({ unless: model });
  const { blessing } = await evaluator({
    examples,
    model,
    baseline,
    schema,
    config: {
      label: 'species',
      metrics: ['accuracy', 'crossEntropy'],
      slices: [[], ['island']],
      thresholds: {
        accuracy: {
          lowerBound: p.minimumAccuracy,
          slices: [[]],
          change: { absolute: -0.02, direction: 'HIGHER_IS_BETTER' },
        },
      },
    },
  });
  if (blessing.properties.verdict !== 'BLESSED') return outcome(blessing);

  const { infraBlessing } = await infraValidator({ model, examples });
  if (infraBlessing.properties.verdict !== 'INFRA_BLESSED') return outcome(infraBlessing);
  return await pusher({ model, blessing, infraBlessing, destination: p.destination });
});
