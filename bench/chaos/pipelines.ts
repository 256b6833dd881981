import { csvExampleGen, pipeline, pusher, schemaGen, statisticsGen, trainer, Type } from '../../workflows/index.js';

const Parameters = Type.Object({
  data: Type.String(),
  period: Type.Integer(),
  destination: Type.String({ default: '' }),
});

/** Light: takes in the span of the nominal time and describes it. */
export const described = pipeline(Parameters, async ({ data, period }) => {
  const { examples } = await csvExampleGen({ input: data, span: { nominal: 1, period }, split: { train: 1 } });
  return await statisticsGen({ examples });
});

/** From the span of the nominal time to a pushed model. */
export const pushed = pipeline(Parameters, async ({ data, period, destination }) => {
  const { examples } = await csvExampleGen({ input: data, span: { nominal: 1, period } });
  const { statistics } = await statisticsGen({ examples });
  const { schema } = await schemaGen({ statistics });
  const { model } = await trainer({ examples, schema, module: 'chaos' });
  return await pusher({ model, destination });
});
