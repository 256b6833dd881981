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
 * ml-metadata forbids two events of one type between the same artifact and execution. One statement, because every
 * component run waits for it.
 */
export async function insertWires(
  transaction: Queryable,
  executionId: number,
  direction: Direction,
  wires: readonly Wire[],
  eventType: number,
): Promise<void> {
  if (wires.length === 0) return;
  const first = wires.filter((wire, at) => wires.findIndex((other) => other.artifactId === wire.artifactId) === at);
  await transaction.query(
    `with wired as (
       insert into tfx.wiring (execution_id, direction, channel, index, artifact_id)
       select $1::int, $2::text, * from unnest($3::text[], $4::int[], $5::int[]) on conflict do nothing
     ), first as (
       select * from unnest($6::text[], $7::int[], $8::int[]) as f(channel, index, artifact_id)
     ), made as (
       insert into event (artifact_id, execution_id, type, milliseconds_since_epoch)
       select artifact_id, $1, $9::int, $10::bigint from first on conflict do nothing returning id, artifact_id
     )
     insert into eventpath (event_id, is_index_step, step_index, step_key)
     select made.id, step.is_index, case when step.is_index then first.index end,
            case when not step.is_index then first.channel end
     from made join first using (artifact_id), (values (1, false), (2, true)) as step(position, is_index)
     order by made.id, step.position`,
    [executionId, direction, ...columns(wires), ...columns(first), eventType, Date.now()],
  );
}

function columns(wires: readonly Wire[]): [string[], number[], number[]] {
  return [wires.map((wire) => wire.channel), wires.map((wire) => wire.index), wires.map((wire) => wire.artifactId)];
}
