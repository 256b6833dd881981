import type { Artifact, Properties } from '../artifacts/artifact.js';
import type { PayloadFile } from '../artifacts/manifest.js';
import type { ExecutionIdentity } from './identity.js';

/** The run that an execution belongs to. */
export interface RunRecord {
  readonly pipeline: string;
  readonly parameters: unknown;
  /** ISO time. */
  readonly nominalTime: string;
  /** Of a sub-pipeline: the run id of the run that it is part of. */
  readonly parentRunId?: string;
}

/** An artifact that this execution made, or brought into lineage. */
export interface NewOutput {
  readonly type: string;
  readonly uri: string;
  readonly digest: string;
  readonly files: readonly PayloadFile[];
  readonly manifestUri?: string;
  readonly properties: Properties;
  /** True: the payload lies outside the artifact root and is never ours to delete. */
  readonly external?: boolean;
}

/** An artifact that was there before: a cache hit's, or a resolver's answer. */
export interface ReusedOutput {
  readonly reused: Artifact;
  /** True for a resolver's answer: the execution did not make it. */
  readonly resolved: boolean;
}

export type OutputRecord = NewOutput | ReusedOutput;

export interface ExecutionFacts {
  readonly identity: ExecutionIdentity;
  readonly run: RunRecord;
  readonly component: string;
  readonly inputs: Readonly<Record<string, readonly Artifact[]>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** sha256 (hex) of `fields`. */
  readonly fingerprint: string;
  /** What the fingerprint is made of, field by field, so that a hit or miss can be explained. */
  readonly fields: Readonly<Record<string, string>>;
}
