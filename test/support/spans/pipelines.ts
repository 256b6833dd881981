import { csvExampleGen, examplesOfSpans, pipeline, statisticsGen, Type } from '../../../workflows/index.js';

const Parameters = Type.Object({
  data: Type.String({ description: 'a pattern with {YYYY}, {MM}, {DD} or {SPAN}' }),
  period: Type.Integer({ default: 86_400, minimum: 1 }),
  window: Type.Integer({ default: 1, minimum: 1 }),
});

/** Takes in the span of the nominal time, and describes it. */
export const daily = pipeline(Parameters, async (p) => {
  const { examples } = await csvExampleGen({
    input: p.data,
    span: { nominal: 1, period: p.period },
    split: { all: 1 },
  });
  const { statistics } = await statisticsGen({ examples });
  return { examples, statistics };
});

/** A rolling window: one artifact for each span, of which all but the newest are cache hits. */
export const rolling = pipeline(Parameters, async (p) => {
  const spans = await examplesOfSpans(p.window, (span, id) =>
    csvExampleGen({ input: p.data, span, split: { all: 1 } }, { id }),
  );
  return Object.fromEntries(spans.map((examples, back) => [`back${back}`, examples]));
});
