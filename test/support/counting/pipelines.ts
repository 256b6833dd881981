import { proxyActivities } from '@temporalio/workflow';
import { approval, component, gate, outcome, pipeline, subPipeline, Type } from '../../../workflows/index.js';
import type { ModelBlessing } from '../../../workflows/index.js';
import { Count, Nothing, Show, Sum, Tally } from './contracts.js';

const count = component(Count);
const sum = component(Sum);
const nothing = component(Nothing);
const show = component(Show);
const tally = component(Tally);

const Parameters = Type.Object({
  size: Type.Integer({ default: 10, minimum: 1 }),
  salt: Type.String({ default: '' }),
  steps: Type.Integer({ default: 10, minimum: 1 }),
  stepMs: Type.Integer({ default: 20, minimum: 0 }),
  deaf: Type.Boolean({ default: false }),
  fail: Type.Boolean({ default: false }),
});

/** Two components in a row: one light, one heavy. */
export const counting = pipeline(Parameters, async (p) => {
  const { numbers } = await count({ size: p.size, salt: p.salt, fail: p.fail });
  return await sum({ numbers, steps: p.steps, stepMs: p.stepMs, deaf: p.deaf });
});

/** Branches, a loop with ids, and a resolver. */
export const branching = pipeline(Parameters, async (p) => {
  const { sum: earlier } = await nothing({});
  const counted = await Promise.all([1, 2, 3].map((i) => count({ size: i, salt: p.salt }, { id: `Count[${i}]` })));
  const { sum: total } = await sum({ numbers: counted.map(({ numbers }) => numbers), steps: 1, stepMs: 0 });
  return { sum: total, ...(earlier === undefined ? {} : { earlier }) };
});

export const forgetful = pipeline(Type.Object({}), async () => {
  await count({ size: 1 });
  // eslint-disable-next-line @typescript-eslint/no-floating-promises -- this mistake is what is tested
  count({ size: 2 }, { id: 'Forgotten' });
});

export const duplicate = pipeline(Type.Object({}), async () => {
  await count({ size: 1 });
  await count({ size: 2 });
});

export const throwing = pipeline(Type.Object({ what: Type.String() }), async (p) => {
  await count({ size: 1 });
  if (p.what === 'TypeError') throw new TypeError('undefined is not a function');
  if (p.what === 'string') throw 'a string'; // eslint-disable-line @typescript-eslint/only-throw-error -- what is tested
  throw new Error(p.what);
});

export const rejecting = pipeline(Type.Object({ verdict: Type.String() }), async (p) => {
  const { numbers } = await count({ size: 1 });
  const properties = { errors: 2, warnings: 1, reasons: '["quality: out of range","colour: new column"]' };
  if (p.verdict === 'gate') gate({ ...numbers, type: 'ExampleAnomalies', properties }, { failOn: 'ERROR' });
  const blessing = { verdict: p.verdict, reasons: '["accuracy 0.5 is below 0.9"]' };
  return outcome({ ...numbers, type: 'ModelBlessing', properties: blessing } as unknown as ModelBlessing);
});

/** One branch fails while the other would go on for long. */
export const halfBroken = pipeline(Type.Object({}), async () => {
  const { numbers } = await count({ size: 3 });
  await Promise.all([count({ fail: true }, { id: 'Broken', attempts: 1 }), sum({ numbers, steps: 1000, stepMs: 100 })]);
});

export const tooLarge = pipeline(Type.Object({}), async () => {
  const { numbers } = await count({ size: 1 });
  const { sum: total } = await sum({ numbers, steps: 1, stepMs: 0 });
  await show({ sum: total, text: 'x'.repeat(70_000) });
});

const { shout } = proxyActivities<{ shout(text: string): Promise<string> }>({ startToCloseTimeout: '10 seconds' });

/** Our components beside an activity of the user's own. */
export const mixed = pipeline(Type.Object({ salt: Type.String() }), async (p) => {
  const { numbers } = await count({ salt: await shout(p.salt) });
  return await sum({ numbers, steps: 1, stepMs: 0 }, { cache: false });
});

/** Several artifacts, added up in parts. */
export const tallying = pipeline(
  Type.Object({
    artifacts: Type.Integer({ default: 4, minimum: 1 }),
    parts: Type.Optional(Type.Integer()),
    partMs: Type.Integer({ default: 0 }),
    failingPart: Type.Optional(Type.Integer()),
    salt: Type.String({ default: '' }),
  }),
  async ({ artifacts, parts, partMs, failingPart, salt }) => {
    const made = await Promise.all(
      Array.from({ length: artifacts }, (_, i) => count({ size: i + 1, salt }, { id: `Count[${i}]` })),
    );
    const numbers = made.map((one) => one.numbers);
    return await tally({ numbers, partMs, failingPart }, parts === undefined ? {} : { parts });
  },
);

/** Asks a person between two components. */
export const approving = pipeline(
  Type.Object({
    timeout: Type.Integer({ default: 0 }),
    onTimeout: Type.String({ default: 'reject' }),
    approvers: Type.Optional(Type.Array(Type.String())),
  }),
  async (p) => {
    const { numbers } = await count({ size: 2 });
    const decision = await approval({
      title: 'Add them up?',
      evidence: [numbers],
      ...(p.timeout === 0 ? {} : { timeout: p.timeout }),
      onTimeout: p.onTimeout as 'reject' | 'approve' | 'fail',
      ...(p.approvers === undefined ? {} : { approvers: p.approvers }),
    });
    if (decision.properties.verdict !== 'APPROVED') return outcome(decision);
    return await sum({ numbers, steps: 1, stepMs: 0 });
  },
);

/** Asks two people at once. */
export const askingTwo = pipeline(Type.Object({}), async () => {
  const { numbers } = await count({ size: 2 });
  const [quality, budget] = await Promise.all([
    approval({ id: 'Quality', title: 'Good enough?', evidence: [numbers], approvers: ['ann'] }),
    approval({ id: 'Budget', title: 'Can we pay for it?', timeout: '1 day' }),
  ]);
  if (quality.properties.verdict !== 'APPROVED') return outcome(quality);
  return budget.properties.verdict === 'APPROVED' ? { numbers } : outcome(budget);
});

/** A chain of three, for partial runs. */
export const chain = pipeline(
  Type.Object({
    salt: Type.String({ default: '' }),
    stepMs: Type.Integer({ default: 0 }),
    steps: Type.Integer({ default: 1, minimum: 1 }),
    text: Type.String({ default: 'x' }),
    broken: Type.Boolean({ default: false }),
  }),
  async (p) => {
    const { numbers } = await count({ size: 3, salt: p.salt });
    const { numbers: others } = await count({ size: 4, salt: p.salt }, { id: 'Count[others]' });
    const { sum: total } = await sum({ numbers: [numbers, others], steps: p.steps, stepMs: p.stepMs });
    if (p.broken) await count({ fail: true }, { id: 'Broken', attempts: 1 });
    return await show({ sum: total, text: p.text });
  },
);

/** Runs `counting` as a part of itself, and uses what it made. */
export const parent = pipeline(
  Type.Object({
    salt: Type.String({ default: '' }),
    fail: Type.Boolean({ default: false }),
    steps: Type.Integer({ default: 1 }),
  }),
  async (p) => {
    const child = await subPipeline<typeof counting>('counting', {
      parameters: { salt: p.salt, fail: p.fail, steps: p.steps, stepMs: 100 },
    });
    const total = child.outputs.sum;
    if (total === undefined) return {};
    return await show({ sum: total, text: child.outcome });
  },
);
