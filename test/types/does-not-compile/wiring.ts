import {
  csvExampleGen,
  evaluator,
  exampleValidator,
  gate,
  importer,
  latestBlessedModel,
  outcome,
  pipeline,
  pusher,
  schemaGen,
  statisticsGen,
  trainer,
  transform,
  Type,
} from '../../../workflows/index.js';

export const wrong = pipeline(Type.Object({ destination: Type.String(), epochs: Type.Integer() }), async (p) => {
  const { examples } = await csvExampleGen({ input: 'data.csv' });
  const { statistics } = await statisticsGen({ examples });
  const { schema } = await schemaGen({ statistics });

  // @ts-expect-error Examples where ExampleStatistics belong
  await schemaGen({ statistics: examples }, { id: 'a' });
  // @ts-expect-error Schema where Examples belong
  await statisticsGen({ examples: schema }, { id: 'b' });
  // @ts-expect-error an input is missing
  await exampleValidator({ statistics }, { id: 'c' });
  // @ts-expect-error a misspelled parameter
  await statisticsGen({ examples, excludeSplit: ['eval'] }, { id: 'd' });
  // @ts-expect-error a parameter of the wrong type
  await schemaGen({ statistics, maxStringDomainSize: '100' }, { id: 'e' });
  // @ts-expect-error a call that was not awaited has no outputs
  statisticsGen({ examples }, { id: 'f' }).statistics;
  // @ts-expect-error the call itself is no artifact
  await statisticsGen({ examples: csvExampleGen({ input: 'more.csv' }, { id: 'g' }) });
  // @ts-expect-error one Examples, not several: StatisticsGen takes no list
  await statisticsGen({ examples: [examples, examples] }, { id: 'h' });
  // @ts-expect-error an unknown call option
  await statisticsGen({ examples }, { name: 'i' });

  const { transformedExamples, transformGraph } = await transform({
    examples: [examples, examples],
    schema,
    module: 'm',
  });
  // @ts-expect-error the module is required
  await trainer({ examples: transformedExamples, transformGraph }, { id: 'j' });
  const { model } = await trainer({ examples: transformedExamples, transformGraph, module: 'm' });
  const { model: baseline } = await latestBlessedModel({ unless: model });
  // @ts-expect-error on a first run there is no blessed model
  await pusher({ model: baseline, destination: p.destination }, { id: 'k' });
  const { blessing } = await evaluator({ examples, model, baseline, config: {} });
  // @ts-expect-error a gate is for anomalies
  gate(blessing, { failOn: 'ERROR' });
  // @ts-expect-error a verdict that does not exist
  if (blessing.properties.verdict === 'APPROVED') return outcome(blessing);
  const { result } = await importer({ uri: 'file:///model', artifactType: 'Model' });
  // @ts-expect-error a Model is no Schema
  await exampleValidator({ statistics, schema: result }, { id: 'l' });
  // @ts-expect-error a parameter that the pipeline does not have
  return await pusher({ model: result, blessing, destination: p.target });
});
