import { PipelineError } from '../errors/pipeline-error.js';
import { completedExecution } from '../lineage/cached-executions.js';
import type { ExecutionIdentity } from '../lineage/identity.js';
import type { OutputRecord } from '../lineage/records.js';
import { canonicalJson } from './canonical-json.js';
import { problemOf } from './find-cached.js';
import type { BeginAnswer, BeginRequest } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

/**
 * Records what a node did in an earlier run as this run's CACHED execution, whatever its fingerprint would be now: TFX's
 * partial run. A resolver's answer is taken over, too, as it was then.
 * @throws PipelineError REPEAT_SOURCE_MISSING, RERUN_CHANGES_REUSED
 */
export async function takeOver(
  runtime: ActivityRuntime,
  identity: ExecutionIdentity,
  request: BeginRequest,
  { sameParameters, ...from }: NonNullable<BeginRequest['reuse']>,
): Promise<BeginAnswer> {
  const begunAt = new Date();
  const { lineage } = runtime;
  const source = await completedExecution(lineage.database, { ...identity, ...from });
  const problem =
    source === undefined
      ? 'it did not complete there'
      : await problemOf(runtime, source, request.verify ?? runtime.verify ?? 'quick');
  if (source === undefined || problem !== undefined) {
    throw new PipelineError('REPEAT_SOURCE_MISSING', {
      what: `${request.node} cannot be taken over from run ${from.runId}: ${problem ?? ''}`,
      details: { node: request.node, runId: from.runId },
    });
  }
  if (sameParameters === true) await requireSameParameters(runtime, request, source.parameters);
  const { run, node, component } = request;
  const executionId = await lineage.reserveExecutionId();
  const { parameters, inputs, fingerprint, fields, modules, summary } = source;
  const outputs = Object.fromEntries(
    Object.entries(source.outputs).map(([channel, { artifact }]): [string, OutputRecord] => [
      channel,
      { reused: artifact, resolved: false },
    ]),
  );
  const ticket = { run, node, component, executionId, inputs, parameters, places: {}, modules, fingerprint };
  const facts = { identity, run, component, inputs, parameters, fingerprint, fields, executionId, outputs, summary };
  return (await lineage.begin({
    ...facts,
    state: 'CACHED',
    cachedFrom: source.executionId,
    cacheNote: `Taken over from run ${from.runId}.`,
    begunAt,
    modules,
    answer: (references): BeginAnswer => ({ ticket, outputs: references, cached: true, summary }),
  })) as BeginAnswer;
}

/** A changed parameter that reaches a node which does not run would have no effect, and nobody would notice. */
async function requireSameParameters(
  runtime: ActivityRuntime,
  { node, component, parameters }: BeginRequest,
  earlier: Readonly<Record<string, unknown>>,
): Promise<void> {
  // What is never cached, such as an approval, is not made anew by its parameters.
  if ((await runtime.components.find(component)).contract.cache === 'never') return;
  const changed = Object.entries(parameters).find(
    ([name, value]) => canonicalJson(value) !== canonicalJson(earlier[name]),
  );
  if (changed === undefined) return;
  const [name, value] = changed;
  const [now, before] = [value, earlier[name]].map((each) =>
    each === undefined ? 'absent' : canonicalJson(each).slice(0, 100),
  );
  throw new PipelineError('RERUN_CHANGES_REUSED', {
    what: `${node} is taken over from the earlier run, but a changed parameter reaches it: its ${name} would be ${now}, and was ${before}.`,
    fix: `Let it run, too: \`--from ${node}\`.`,
    details: { node, parameter: name },
  });
}
