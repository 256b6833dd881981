import { payloadDigest } from '../artifacts/manifest.js';
import type { LocalPayloads } from '../artifacts/store.js';
import { canonicalUri } from '../artifacts/uri.js';
import type { Contract } from '../components/contract.js';
import { PipelineError } from '../errors/pipeline-error.js';
import type { NewOutput, OutputRecord } from '../lineage/records.js';
import type { Driven } from './drive.js';
import type { ActivityRuntime } from './runtime.js';

export interface DriverOutputFacts {
  readonly driven: Driven;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly local: LocalPayloads;
}

/**
 * The outputs of a driver-only component: artifacts that it found, wrote, or names outside. Folders that it was given
 * and left empty are removed.
 * @throws PipelineError OUTPUT_MISSING
 */
export async function driverOutputs(
  runtime: ActivityRuntime,
  contract: Contract,
  { driven, parameters, local }: DriverOutputFacts,
): Promise<Readonly<Record<string, OutputRecord>>> {
  const outputs: Record<string, OutputRecord> = {};
  for (const [channel, type] of Object.entries(contract.outputs)) {
    const output =
      found(channel, driven) ??
      (await external(runtime, channel, type, driven, parameters)) ??
      (await written(local, channel, type, driven));
    if (output !== undefined) outputs[channel] = output;
    else if (!contract.optionalOutputs.includes(channel)) {
      throw new PipelineError('OUTPUT_MISSING', { what: `${contract.type} gave no ${channel}.` });
    }
    if (output === undefined || 'reused' in output || output.external === true) await discard(runtime, channel, driven);
  }
  return outputs;
}

function found(channel: string, { result }: Driven): OutputRecord | undefined {
  const artifact = result.reuse?.[channel];
  return artifact === undefined ? undefined : { reused: artifact, resolved: true };
}

/** The same place with the same content and properties was brought in before: then it is the same artifact. */
async function external(
  runtime: ActivityRuntime,
  channel: string,
  channelType: string,
  { result }: Driven,
  parameters: Readonly<Record<string, unknown>>,
): Promise<OutputRecord | undefined> {
  const facts = result.external?.[channel];
  if (facts === undefined) return undefined;
  const type = facts.type ?? channelType;
  const uri = canonicalUri(facts.uri);
  const files = await runtime.store.inspect(uri);
  if (files.length === 0) throw new PipelineError('ARTIFACT_MISSING', { what: `${facts.uri} holds no files.` });
  const digest = payloadDigest(files);
  const known = parameters['reimport'] === true ? [] : await runtime.lineage.importedArtifacts({ type, uri, digest });
  const same = known.find((artifact) => sameProperties(artifact.properties, facts.properties));
  if (same !== undefined) return { reused: same, resolved: false };
  return { type, uri, digest, files, properties: facts.properties, external: true };
}

function sameProperties(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

async function written(
  local: LocalPayloads,
  channel: string,
  type: string,
  { result, places }: Driven,
): Promise<NewOutput | undefined> {
  const uri = places[channel];
  if (uri === undefined) return undefined;
  const { files, digest, manifestUri } = await local.seal(uri);
  if (files.length === 0) return undefined;
  return { type, uri, digest, files, manifestUri, properties: result.properties?.[channel] ?? {} };
}

/** Removes what a driver-only component wrote or could have written, when it is not used. */
export async function discard(runtime: ActivityRuntime, channel: string, { places }: Driven): Promise<void> {
  const uri = places[channel];
  if (uri !== undefined) await runtime.store.remove(uri);
}
