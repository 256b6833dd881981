import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import type { Artifact, Properties } from '../../artifacts/artifact.js';
import { makeManifest } from '../../artifacts/manifest.js';
import type { BeginFacts } from '../../lineage/begin-execution.js';
import { migrate, openLineage, type Lineage } from '../../lineage/index.js';
import type { PublishFacts } from '../../lineage/publish-execution.js';
import type { NewOutput } from '../../lineage/records.js';
import { freshDatabase } from '../support/servers.js';

const opened: Lineage[] = [];

after(async () => {
  for (const lineage of opened) await lineage.close();
});

/** A migrated database of this test file's own, closed when the file ends. */
export async function freshLineage(): Promise<Lineage> {
  const url = await freshDatabase();
  await migrate(url);
  const lineage = openLineage(url, { connections: 25 });
  opened.push(lineage);
  return lineage;
}

export const run = { pipeline: 'wine', parameters: { quality: 5 }, nominalTime: '2026-01-01T00:00:00.000Z' };

/** A run of its own. */
export function newRun(): { namespace: string; workflowId: string; runId: string } {
  return { namespace: 'default', workflowId: `wine-${randomUUID().slice(0, 8)}`, runId: randomUUID() };
}

export function output(type: string, name: string, properties: Properties = {}): NewOutput {
  const files = [{ path: 'data', size: name.length, sha256: name, mtimeNs: '1700000000000000001' }];
  const uri = `file:///store/${type}/${name}`;
  return { type, uri, digest: makeManifest(files).digest, files, manifestUri: `${uri}.manifest.json`, properties };
}

type Identity = ReturnType<typeof newRun>;

export interface NodeFacts {
  readonly identity: Identity;
  readonly node: string;
  readonly inputs?: Readonly<Record<string, readonly Artifact[]>>;
  readonly fields?: Readonly<Record<string, string>>;
}

export async function beginFacts(
  lineage: Lineage,
  facts: NodeFacts,
  changes: Partial<BeginFacts> = {},
): Promise<BeginFacts> {
  const executionId = await lineage.reserveExecutionId();
  const fields = facts.fields ?? { component: facts.node };
  return {
    identity: { ...facts.identity, node: facts.node },
    run,
    component: facts.node,
    inputs: facts.inputs ?? {},
    parameters: { epochs: 3, layers: [8, 4] },
    fingerprint: JSON.stringify(fields),
    fields,
    executionId,
    state: 'RUNNING',
    outputs: {},
    summary: '',
    begunAt: new Date(),
    modules: {},
    answer: (outputs) => ({ executionId, outputs }),
    ...changes,
  };
}

export function publishFacts(begun: BeginFacts, outputs: Readonly<Record<string, NewOutput>>): PublishFacts {
  const { identity, run, component, inputs, parameters, fingerprint, executionId } = begun;
  return {
    identity,
    run,
    component,
    inputs,
    parameters,
    fingerprint,
    begunExecutionId: executionId,
    outputs,
    summary: `${component} is done`,
    metrics: { rows: 12 },
    modules: {},
  };
}

/** Begins and publishes a node. */
export async function runNode(
  lineage: Lineage,
  facts: NodeFacts,
  outputs: Readonly<Record<string, NewOutput>>,
): Promise<Readonly<Record<string, Artifact>>> {
  const begun = await beginFacts(lineage, facts);
  await lineage.begin(begun);
  return await lineage.publish(publishFacts(begun, outputs));
}

/** Counts rows, for assertions on what the database really holds. */
export async function count(lineage: Lineage, sql: string, values: readonly unknown[] = []): Promise<number> {
  const [row] = await lineage.database.query<{ count: number }>(`select count(*)::int as count from ${sql}`, values);
  return row?.count ?? -1;
}
