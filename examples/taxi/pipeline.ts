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

const TaxiParameters = Type.Object({
  data: Type.String({ description: 'path of a taxi.csv, or of daily ones: trips/{YYYY}-{MM}-{DD}.csv' }),
  days: Type.Integer({ default: 7, minimum: 1, description: 'of daily files: how many, up to the day of the run' }),
  curated: Type.Boolean({ default: true, description: "take the module's curated schema; false infers one" }),
  epochs: Type.Integer({ default: 5, minimum: 1 }),
  minimumAuc: Type.Number({ default: 0.8, minimum: 0, maximum: 1 }),
  destination: Type.String({ default: 'serving_model/taxi', description: 'where model servers look for versions' }),
});

/** Tells who tips more than a fifth of the fare; a model is pushed if it ranks trips well and no worse than the last. */
export const taxi = pipeline(TaxiParameters, async (p) => {
  const daily = p.data.includes('{');
  const { examples } = await csvExampleGen({
    input: p.data,
    ...(daily ? { span: { nominal: p.days, atLeast: 1 } } : {}),
  });
  const { statistics } = await statisticsGen({ examples });
  const { schema } = p.curated ? await importSchema({ module: 'taxi' }) : await schemaGen({ statistics });
  const { anomalies } = await exampleValidator({ statistics, schema });
  gate(anomalies, { failOn: 'ERROR' });

  const { transformGraph, transformedExamples } = await transform({ examples, schema, module: 'taxi' });
  const { model } = await trainer({
    examples: transformedExamples,
    transformGraph,
    schema,
    module: 'taxi',
    customConfig: { epochs: p.epochs },
  });

  const { model: baseline } = await latestBlessedModel({ unless: model });
  const { blessing } = await evaluator({
    examples,
    model,
    baseline,
    schema,
    config: {
      label: 'big_tip',
      metrics: ['auc', 'accuracy', 'crossEntropy'],
      slices: [[], ['trip_start_hour']],
      thresholds: {
        auc: {
          lowerBound: p.minimumAuc,
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
