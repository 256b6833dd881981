import type { Artifact, Properties } from '../artifacts/artifact.js';
import type { Contract } from '../components/contract.js';
import type { Implementation } from '../components/implement.js';
import { guardReference } from '../components/payload-limits.js';
import { PipelineError } from '../errors/pipeline-error.js';
import type { NewOutput } from '../lineage/records.js';
import { readAttemptErrors } from './attempt-errors.js';
import { currentIdentity } from './current-execution.js';
import { allChannels } from './drive.js';
import { checkpointPlace, partsPlace } from './folders.js';
import { withModules } from './fingerprint.js';
import { guarded } from './guarded.js';
import type { CoreActivities, ExecutorAnswer, PublishAnswer, PublishRequest, Ticket } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

/** `tfx.publish`: commits the accepted attempt's outputs, or records a failure. */
export function createPublish(runtime: ActivityRuntime): CoreActivities['tfx.publish'] {
  return guarded('tfx.publish', (request: PublishRequest) =>
    request.answer === undefined ? recordFailure(runtime, request) : publish(runtime, request.ticket, request.answer),
  );
}

async function publish(runtime: ActivityRuntime, ticket: Ticket, answer: ExecutorAnswer): Promise<PublishAnswer> {
  const implementation = await runtime.components.find(ticket.component);
  const outputs = await newOutputs(runtime, implementation, ticket, answer);
  const references = await runtime.lineage.publish({
    ...executionFacts(ticket),
    outputs,
    summary: answer.summary,
    metrics: answer.metrics,
    modules: answer.modules,
    ...(hasOtherModules(ticket, answer) ? { refingerprint: (fields) => withModules(fields, answer.modules) } : {}),
  });
  // Whatever is left of them is swept by `gc`: they are of no use once the outputs are published.
  for (const place of [checkpointPlace, partsPlace]) {
    await runtime.store
      .remove(place(runtime.store, { ...ticket, pipeline: ticket.run.pipeline }))
      .catch(() => undefined);
  }
  return { outputs: references };
}

/** During a rolling deployment another worker than the one that began may have done the work, with other modules. */
const hasOtherModules = (ticket: Ticket, answer: ExecutorAnswer): boolean =>
  Object.entries(answer.modules).some(([name, digest]) => (ticket.modules[name] ?? digest) !== digest);

function executionFacts(ticket: Ticket) {
  return {
    identity: currentIdentity(ticket.node),
    run: ticket.run,
    component: ticket.component,
    inputs: ticket.inputs,
    parameters: ticket.parameters,
    fingerprint: ticket.fingerprint,
    begunExecutionId: ticket.executionId,
  };
}

async function newOutputs(
  runtime: ActivityRuntime,
  implementation: Implementation,
  ticket: Ticket,
  answer: ExecutorAnswer,
): Promise<Record<string, NewOutput>> {
  const { contract } = implementation;
  requireOutputs(contract, answer);
  const published = publishedProperties(implementation, ticket, answer);
  const outputs: Record<string, NewOutput> = {};
  for (const [channel, produced] of Object.entries(answer.outputs)) {
    const { uri, manifestUri, digest } = produced;
    const manifest = await runtime.store.readManifest(manifestUri);
    if (manifest.digest !== digest) {
      throw new PipelineError('ARTIFACT_CORRUPTED', {
        what: `The manifest of ${channel} has digest ${manifest.digest.slice(0, 12)}; the executor reported ${digest.slice(0, 12)}.`,
      });
    }
    const properties = { ...produced.properties, ...published[channel] };
    const type = contract.outputs[channel] ?? 'Artifact';
    requireReference(channel, { type, id: Number.MAX_SAFE_INTEGER, uri, digest, properties });
    outputs[channel] = { type, uri, digest, files: manifest.files, manifestUri, properties };
  }
  return outputs;
}

function requireOutputs(contract: Contract, answer: ExecutorAnswer): void {
  const missing = Object.keys(contract.outputs).filter(
    (channel) => answer.outputs[channel] === undefined && !contract.optionalOutputs.includes(channel),
  );
  if (missing.length === 0) return;
  throw new PipelineError('OUTPUT_MISSING', { what: `${contract.type} ended without ${missing.join(', ')}.` });
}

function requireReference(channel: string, reference: Artifact): void {
  guardReference(`Output '${channel}'`, reference);
}

function publishedProperties(
  implementation: Implementation,
  ticket: Ticket,
  answer: ExecutorAnswer,
): Readonly<Record<string, Properties | undefined>> {
  if (implementation.publisher === undefined) return {};
  const properties = Object.fromEntries(
    Object.entries(answer.outputs).map(([channel, output]) => [channel, output.properties]),
  );
  const { summary, metrics } = answer;
  return implementation.publisher({
    result: { summary, metrics, properties },
    inputs: allChannels(implementation.contract, ticket.inputs),
  });
}

async function recordFailure(runtime: ActivityRuntime, { ticket, failure }: PublishRequest): Promise<PublishAnswer> {
  await runtime.lineage.fail({
    ...executionFacts(ticket),
    failure: failure ?? {
      code: 'UNEXPECTED_ERROR',
      message: 'Neither a result nor a failure was given.',
      canceled: false,
    },
    attempts: await readAttemptErrors(runtime.store, ticket),
  });
  return { outputs: {} };
}
