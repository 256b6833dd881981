import { executeChild, proxyActivities } from '@temporalio/workflow';
import type { ServiceActivities } from '../activities/protocol.js';
import type { ExampleAnomalies } from '../artifacts/types.js';
import type { DriftFacts } from '../components/example-validator/drift-facts.js';
import type { DriftConfig } from '../components/retrain/config.js';
import type { driftCheck } from './drift-check.js';
import { attempt, nameOf } from './retrain-attempts.js';
import type { Look } from './retrain-schedule.js';
import type { DriftFinding, Life, RetrainState } from './retrain-state.js';

const { 'tfx.look': look } = proxyActivities<ServiceActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { maximumAttempts: 5, initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** Looks for new data or for drift. What is found waits for a run. */
export async function lookAt(life: Life, due: Look): Promise<void> {
  const { config, state } = life;
  if (due === 'poll') {
    state.nextPoll = Date.now() + (config.poll?.everySeconds ?? 60) * 1000;
    await attempt(state, 'Polling failed', () => poll(life));
  } else {
    state.nextDrift = Date.now() + (config.drift?.everySeconds ?? 3600) * 1000;
    await attempt(state, 'Looking for drift failed', () => lookForDrift(life));
  }
}

async function poll({ config, state }: Life): Promise<void> {
  const { seen } = state;
  const found = await look({ input: config.poll?.input ?? '', ...(seen === null ? {} : { seen }) });
  if (found.fingerprint === undefined) {
    state.knownSpans ??= [];
    return;
  }
  const span = found.span ?? null;
  const isOther = seen?.fingerprint !== found.fingerprint;
  if (found.spans === undefined) {
    if (isOther || seen.span !== span) enqueue(state, span);
  } else {
    const arrived = arrivedSpans(state, found.spans);
    if (config.spans === 'each') for (const each of arrived) enqueue(state, each);
    else if (arrived.length > 0) enqueue(state, span);
    if (seen !== null && seen.span === span && isOther) enqueue(state, span);
    const known = new Set([...(state.knownSpans ?? []), ...found.spans]);
    state.knownSpans = [...known].sort((a, b) => b - a).slice(0, REMEMBERED);
  }
  const { fingerprint, listing } = found;
  state.seen = { span, fingerprint, ...(listing === undefined ? {} : { listing }) };
}

/** How many spans are remembered, the newest ones: as many as a look lists. */
const REMEMBERED = 100;

/** Which of the listed spans are new, also late ones. Of what was there before the first look only the newest counts. */
function arrivedSpans({ seen, knownSpans, trainedSpan }: RetrainState, listed: readonly number[]): number[] {
  if (knownSpans === null) {
    return seen === null
      ? listed.slice(0, 1).filter((span) => span !== trainedSpan)
      : listed.filter((span) => span > (seen.span ?? -1));
  }
  const oldest = knownSpans.length < REMEMBERED ? -1 : Math.min(...knownSpans);
  return listed.filter((span) => span > oldest && !knownSpans.includes(span));
}

function enqueue(state: RetrainState, span: number | null): void {
  if (!state.queue.includes(span)) state.queue.push(span);
  state.retryAt = 0;
}

/** Compares the newest span with the one that was last trained on, else with the one before it at the first look. */
async function lookForDrift(life: Life): Promise<void> {
  const { config, state } = life;
  const { drift } = config;
  if (drift === undefined || (!life.isCurrent && state.trainedSpan === null)) return;
  const { span, spans = [] } = await look({ input: drift.input });
  if (span === undefined) return;
  const base = state.trainedSpan ?? (state.driftBase ??= spans[1] ?? span);
  if (span <= base || span === state.driftSpan) return;
  const { outputs } = await executeChild<typeof driftCheck>('driftCheck', {
    workflowId: `driftCheck/${nameOf()}-${span}`,
    args: [{ ...withoutTimes(drift), span, previousSpan: base }],
  });
  state.driftSpan = span;
  state.drift = findingOf(drift.module, span, base, outputs.anomalies);
  if (!state.drift.drifted) return;
  enqueue(state, span);
  state.wanted = 'drift';
}

const withoutTimes = ({ input, module, exampleGen, options }: DriftConfig): Omit<DriftConfig, 'everySeconds'> => ({
  input,
  module,
  ...(exampleGen === undefined ? {} : { exampleGen }),
  ...(options === undefined ? {} : { options }),
});

function findingOf(module: string, span: number, comparedWith: number, anomalies?: ExampleAnomalies): DriftFinding {
  const { drifted, measured, largest } = JSON.parse(anomalies?.properties.drift ?? NOTHING) as DriftFacts;
  const beyond = largest.slice(0, drifted);
  const more = drifted - beyond.length;
  const features = [...beyond, ...(more > 0 ? [`${more} ${beyond.length > 0 ? 'more' : 'features'}`] : [])].join('; ');
  const says =
    drifted > 0
      ? `Span ${span} has drifted from span ${comparedWith}: ${features}`
      : measured > 0
        ? `Span ${span} has not drifted from span ${comparedWith}; the largest distance: ${largest[0] ?? ''}`
        : `Span ${span} was compared with span ${comparedWith} by nothing: the schema of the module ${module} has no drift comparator for its features`;
  return { span, comparedWith, drifted: drifted > 0, says, at: new Date().toISOString() };
}

const NOTHING = JSON.stringify({ drifted: 0, measured: 0, largest: [] } satisfies DriftFacts);
