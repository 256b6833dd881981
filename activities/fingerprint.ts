import { createHash } from 'node:crypto';
import type { Artifact, Channels } from '../artifacts/artifact.js';
import type { Contract } from '../components/contract.js';
import { canonicalJson } from './canonical-json.js';

export interface FingerprintFacts {
  readonly contract: Contract;
  /** Of the executor's code and the packages that it imports, by name: see executor-digest.ts. */
  readonly code: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: Channels;
  /** Digests of modules by name. */
  readonly modules: Readonly<Record<string, string>>;
  /** What the driver found outside, by name. */
  readonly driver: Readonly<Record<string, string>>;
  /** Digests of what a driver wrote itself, by channel. */
  readonly written?: Readonly<Record<string, string>>;
}

export interface Fingerprint {
  /** sha256 (hex) of the canonical JSON of `fields`. */
  readonly digest: string;
  /** `component`, `code.*`, `parameter.*`, `input.*`, `module.*`, `driver.*`: each shown when it explains a miss. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * What decides whether an earlier execution's outputs can be used again. Pipeline, node and run are not in it: the
 * same work is the same work anywhere. Inputs count by content, so an upstream that was made again with equal bytes
 * changes nothing downstream.
 */
export function fingerprint(facts: FingerprintFacts): Fingerprint {
  const fields: Record<string, string> = {
    component: facts.contract.type,
    version: String(facts.contract.version),
    ...prefixed('code', facts.code),
    ...prefixed('parameter', mapValues(facts.parameters, canonicalJson)),
    ...prefixed('input', mapValues(facts.inputs, describeInputs)),
    ...prefixed('module', facts.modules),
    ...prefixed('driver', facts.driver),
    ...prefixed('written', facts.written ?? {}),
  };
  return { digest: digestOf(fields), fields };
}

/** The fingerprint with the digests of the modules that ran, where begin had seen others. */
export function withModules(
  fields: Readonly<Record<string, string>>,
  modules: Readonly<Record<string, string>>,
): Fingerprint {
  const known = Object.entries(modules).filter(([name]) => Object.hasOwn(fields, `module.${name}`));
  const changed = { ...fields, ...prefixed('module', Object.fromEntries(known)) };
  return { digest: digestOf(changed), fields: changed };
}

const digestOf = (fields: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(canonicalJson(fields)).digest('hex');

/** Properties that say what a payload means; an executor may act on them, so they count beside the digest. */
const MEANINGFUL_PROPERTIES = ['span', 'version', 'split_names', 'file_format', 'payload_format', 'verdict', 'blessed'];

function describeInputs(artifacts: readonly Artifact[]): string {
  return artifacts.map(describeInput).join(' ');
}

function describeInput({ digest, properties }: Artifact): string {
  const meaning = MEANINGFUL_PROPERTIES.filter((name) => properties[name] !== undefined);
  if (meaning.length === 0) return digest;
  return `${digest}${canonicalJson(Object.fromEntries(meaning.map((name) => [name, properties[name]])))}`;
}

function prefixed(prefix: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function mapValues<V>(
  record: Readonly<Record<string, V | undefined>>,
  toText: (value: V) => string,
): Record<string, string> {
  const present = Object.entries(record).filter((entry): entry is [string, V] => entry[1] !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, toText(value)]));
}
