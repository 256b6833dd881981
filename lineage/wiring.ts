import type { Artifact } from '../artifacts/artifact.js';
import type { Queryable } from './database.js';

type Direction = 'input' | 'output';

/** Which artifact stood at which place of which channel. */
export interface Wire {
  readonly channel: string;
  readonly index: number;
  readonly artifactId: number;
}

export function wiresOf(channels: Readonly<Record<string, readonly Artifact[]>>): Wire[] {
  return Object.entries(channels).flatMap(([channel, artifacts]) =>
    artifacts.map((artifact, index) => ({ channel, index, artifactId: artifact.id })),
  );
}

/**
 * Records the wires of an execution: all of them in our table, and one ml-metadata event for each artifact, because
 * ml-metadata forbids two events of one type between the same artifact and execution.
 */
export async function insertWires(
  transaction: Queryable,
  executionId: number,
  direction: Direction,
  wires: readonly Wire[],
  eventType: number,
): Promise<void> {
  if (wires.length === 0) return;
  await transaction.query(
    `insert into tfx.wiring (execution_id, direction, channel, index, artifact_id)
     select $1, $2, * from unnest($3::text[], $4::int[], $5::int[]) on conflict do nothing`,
    [executionId, direction, wires.map((w) => w.channel), wires.map((w) => w.index), wires.map((w) => w.artifactId)],
  );
  const first = wires.filter((wire, at) => wires.findIndex((other) => other.artifactId === wire.artifactId) === at);
  const events = await transaction.query<{ id: number; artifact_id: number }>(
    `insert into event (artifact_id, execution_id, type, milliseconds_since_epoch)
     select unnest($1::int[]), $2, $3, $4 on conflict do nothing returning id, artifact_id`,
    [first.map((wire) => wire.artifactId), executionId, eventType, Date.now()],
  );
  await insertPaths(transaction, events, first);
}

async function insertPaths(
  transaction: Queryable,
  events: readonly { id: number; artifact_id: number }[],
  wires: readonly Wire[],
): Promise<void> {
  const steps = events.flatMap(({ id, artifact_id }) => {
    const wire = wires.find((candidate) => candidate.artifactId === artifact_id);
    return wire === undefined ? [] : [{ id, wire }];
  });
  if (steps.length === 0) return;
  await transaction.query(
    `insert into eventpath (event_id, is_index_step, step_index, step_key)
     select id, step.is_index, case when step.is_index then index end, case when not step.is_index then channel end
     from unnest($1::int[], $2::text[], $3::int[]) with ordinality as e(id, channel, index, position),
          (values (1, false), (2, true)) as step(position, is_index)
     order by e.position, step.position`,
    [steps.map((s) => s.id), steps.map((s) => s.wire.channel), steps.map((s) => s.wire.index)],
  );
}
