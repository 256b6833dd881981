import {
  csvExampleGen,
  evaluator,
  examplesOfSpans,
  exampleValidator,
  gate,
  importSchema,
  infraValidator,
  latestBlessedModel,
  nominalSpan,
  outcome,
  pipeline,
  pusher,
  statisticsGen,
  trainer,
  transform,
  Type,
} from 'tfx-temporal/workflows';

const WindowParameters = Type.Object({
  data: Type.String({ description: 'penguins by span, e.g. penguins/span-{SPAN}/*.csv' }),
  window: Type.Integer({ default: 3, minimum: 1, description: 'how many spans a model learns from' }),
  firstSpan: Type.Integer({ default: 1, minimum: 0, description: 'no span is there before it' }),
  epochs: Type.Integer({ default: 60, minimum: 1 }),
  minimumAccuracy: Type.Number({ default: 0.8, minimum: 0, maximum: 1 }),
  destination: Type.String({ default: 'serving_model/retraining', description: 'where model servers look' }),
});

/** Trains on a rolling window of spans, from the model that was blessed last, and pushes what is better than that. */
export const retraining = pipeline(WindowParameters, async (p) => {
  const spans = Math.min(p.window, nominalSpan() - p.firstSpan + 1);
  // One artifact for each span, newest first: of a window one span later all but the newest are cache hits.
  const window = await examplesOfSpans(spans, (span, id) => csvExampleGen({ input: p.data, span }, { id }));
  const [newest] = window;
  if (newest === undefined) return {};
  const { statistics } = await statisticsGen({ examples: newest });
  const { schema } = await importSchema({ module: 'retraining' });
  const { anomalies } = await exampleValidator({ statistics, schema });
  gate(anomalies, { failOn: 'ERROR' });

  const { transformGraph, transformedExamples } = await transform({ examples: window, schema, module: 'retraining' });
  const { model: baseModel } = await latestBlessedModel({}, { id: 'BaseModel' });
  const { model } = await trainer({
    examples: transformedExamples,
    transformGraph,
    schema,
    baseModel,
    module: 'retraining',
    customConfig: { epochs: p.epochs },
  });

  const { model: baseline } = await latestBlessedModel({ unless: model });
  const { blessing } = await evaluator({
    examples: window,
    model,
    baseline,
    schema,
    config: {
      label: 'species',
      metrics: ['accuracy', 'crossEntropy'],
      thresholds: {
        accuracy: { lowerBound: p.minimumAccuracy },
        crossEntropy: { change: { absolute: 0, direction: 'LOWER_IS_BETTER' } },
      },
    },
  });
  if (blessing.properties.verdict !== 'BLESSED') return outcome(blessing);

  const { infraBlessing } = await infraValidator({ model, examples: newest });
  if (infraBlessing.properties.verdict !== 'INFRA_BLESSED') return outcome(infraBlessing);
  return await pusher({ model, blessing, infraBlessing, destination: p.destination });
});
