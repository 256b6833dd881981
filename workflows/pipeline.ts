import type { Static, TObject } from '@sinclair/typebox';
import { CancellationScope, isCancellation, log, workflowInfo } from '@temporalio/workflow';
import type { Artifact } from '../artifacts/artifact.js';
import type { RunFacts } from '../activities/protocol.js';
import { checkParameters, parseParameters, type ParameterSchema } from '../components/parameters.js';
import { guardPayload } from '../components/payload-limits.js';
import { describeFailure, flatFailure } from './failure.js';
import { setHandlers } from './messages.js';
import { isOutcome, isOutcomeReached, type Outcome } from './outcome.js';
import { finishRun } from './run-component.js';
import { nominalTimeOf, type RunOptions, runOptions } from './run-options.js';
import { closeRun, openRun, type RunState } from './run-state.js';
import { noteOutcome } from './search-attributes.js';
import type { PipelineResult } from './status.js';

/** What a run is started with: parameters that have defaults may be left out. */
export type PipelineInput<P extends TObject> = Partial<Static<P>>;

type Returned<R> = R extends Outcome ? never : R extends object ? R : never;

/** What a pipeline's function returns, without the ways to end by an outcome. */
export type PipelineOutputs<R> = unknown extends R
  ? Readonly<Record<string, Artifact>>
  : [Returned<R>] extends [never]
    ? Readonly<Record<string, never>>
    : Partial<Returned<R>>;

/** A pipeline: an ordinary Temporal workflow function that carries its parameters' schema. */
export interface Pipeline<P extends TObject = TObject, R = unknown> {
  (input?: PipelineInput<P>): Promise<PipelineResult<PipelineOutputs<R>>>;
  readonly parameters: P;
}

/**
 * Makes a workflow of a function from parameters to outputs. Export it: its name is the pipeline's name and the
 * workflow type.
 *
 * The run ends with an outcome: what `outcome()` or `gate()` said; PUSHED when the function returns a PushedModel that
 * was pushed; else COMPLETED. Only faults and cancellation fail the workflow.
 */
export function pipeline<P extends TObject, R>(parameters: P, body: (p: Static<P>) => Promise<R>): Pipeline<P, R> {
  const workflow = async (input?: PipelineInput<P>): Promise<PipelineResult<PipelineOutputs<R>>> => {
    const options = runOptions();
    const run = openRun(runFacts(parameters as ParameterSchema, input, options), options);
    setHandlers(run);
    try {
      return (await runToEnd(run, () => {
        const checked = parseParameters(parameters as ParameterSchema, input, `pipeline ${run.facts.pipeline}`);
        return body(checked);
      })) as PipelineResult<PipelineOutputs<R>>;
    } finally {
      closeRun();
    }
  };
  // Only the export's name is the workflow type. Without a name, starting by the function is refused at once
  // (`executeChild(wine)`); with a wrong one, the started run would wait forever for a worker that knows it.
  return Object.assign(Object.defineProperty(workflow, 'name', { value: '' }), { parameters });
}

function runFacts(schema: ParameterSchema, input: unknown, options: RunOptions): RunFacts {
  return {
    pipeline: workflowInfo().workflowType,
    parameters: checkParameters(schema, input).values,
    nominalTime: nominalTimeOf(options),
    ...(options.span === undefined ? {} : { span: options.span }),
    ...(options.parentRunId === undefined ? {} : { parentRunId: options.parentRunId }),
  };
}

/** Runs the body and whatever it left running, then records the end exactly once. */
async function runToEnd(run: RunState, body: () => Promise<unknown>): Promise<PipelineResult<unknown>> {
  let result: PipelineResult<unknown>;
  try {
    result = resultOf(run, await runBody(run, body));
  } catch (error) {
    return await endByFailure(run, error);
  }
  const { outcome, reasons } = result;
  noteOutcome(outcome, run.status().nodes, run.isSearchable);
  try {
    await finishRun({ run: run.facts, outcome, reasons });
  } catch (error) {
    throw flatFailure(error);
  }
  run.ended('ended', outcome, reasons);
  return result;
}

async function endByFailure(run: RunState, error: unknown): Promise<never> {
  const failure = describeFailure(error);
  run.ended(failure.canceled ? 'canceled' : 'failed', undefined, [failure.message]);
  noteOutcome(failure.canceled ? 'CANCELED' : 'FAILED', run.status().nodes, run.isSearchable);
  try {
    await finishRun({ run: run.facts, reasons: [], failure });
  } catch (finishError) {
    // The run's own failure is what people must see.
    log.error('The end of this run could not be recorded', { code: describeFailure(finishError).code });
  }
  throw isCancellation(error) ? error : flatFailure(error);
}

/** A failure in one branch ends the others too, and their ends are recorded before the run's. */
async function runBody(run: RunState, body: () => Promise<unknown>): Promise<unknown> {
  const scope = new CancellationScope();
  try {
    const value = await scope.run(body);
    run.assertAllAwaited();
    await Promise.all(run.unsettled());
    return value;
  } catch (error) {
    scope.cancel();
    await CancellationScope.nonCancellable(async () => void (await Promise.allSettled(run.unsettled())));
    if (isOutcomeReached(error)) return error.outcome;
    throw error;
  }
}

function resultOf(run: RunState, value: unknown): PipelineResult<unknown> {
  const ended = isOutcome(value) ? value : undefined;
  const outputs = ended === undefined && typeof value === 'object' && value !== null ? value : {};
  return guardPayload('The result of the pipeline', {
    outcome: ended?.outcome ?? (wasPushed(outputs) ? 'PUSHED' : 'COMPLETED'),
    reasons: ended?.reasons ?? [],
    outputs,
    nodes: run.results(),
  });
}

/** Pusher's `pushed` property is 0 when it refused an unblessed model. */
function wasPushed(outputs: object): boolean {
  return Object.values(outputs).some(
    (artifact: unknown) =>
      typeof artifact === 'object' &&
      artifact !== null &&
      'type' in artifact &&
      artifact.type === 'PushedModel' &&
      'properties' in artifact &&
      Boolean((artifact.properties as Record<string, unknown>)['pushed'] ?? 1),
  );
}
