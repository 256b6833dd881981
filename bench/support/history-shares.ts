import type { temporal } from '@temporalio/proto';

/** Where the time of one component call went, in milliseconds. */
export interface Share {
  readonly node: string;
  readonly begin: number;
  readonly executor: number;
  readonly publish: number;
  /** From an activity's scheduling to its start, over all of the node's activities. */
  readonly queueing: number;
}

export interface RunShares {
  readonly nodes: readonly Share[];
  /** From the start of the workflow to its end, by the server's clock. */
  readonly total: number;
  /** While no activity was scheduled: workflow tasks. */
  readonly between: number;
}

interface Activity {
  readonly id: string;
  readonly scheduled: number;
  started: number;
  ended: number;
}

/** Reads the shares of a run that has ended from its history. */
export function sharesOf(history: temporal.api.history.v1.IHistory): RunShares {
  const activities = activitiesOf(history);
  const events = history.events ?? [];
  const total = timeOf(events.at(-1)) - timeOf(events[0]);
  const shares = new Map<string, Share>();
  for (const { id, scheduled, started, ended } of activities) {
    const [node, part] = partsOf(id);
    const share = shares.get(node) ?? { node, begin: 0, executor: 0, publish: 0, queueing: 0 };
    const queueing = share.queueing + started - scheduled;
    shares.set(node, { ...share, [part]: share[part] + ended - started, queueing });
  }
  return { nodes: [...shares.values()], total, between: total - covered(activities) };
}

/** `<node>.begin`, `<node>` and `<node>.publish` are the ids of a component's activities. */
function partsOf(id: string): [string, 'begin' | 'executor' | 'publish'] {
  if (id.endsWith('.begin')) return [id.slice(0, -'.begin'.length), 'begin'];
  if (id.endsWith('.publish')) return [id.slice(0, -'.publish'.length), 'publish'];
  return [id, id === 'finish' ? 'publish' : 'executor'];
}

function activitiesOf(history: temporal.api.history.v1.IHistory): Activity[] {
  const bySchedule = new Map<string, Activity>();
  for (const event of history.events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled != null) {
      const at = timeOf(event);
      bySchedule.set(String(event.eventId), { id: scheduled.activityId ?? '', scheduled: at, started: at, ended: at });
    }
    const started = event.activityTaskStartedEventAttributes;
    const activity = bySchedule.get(String((started ?? event.activityTaskCompletedEventAttributes)?.scheduledEventId));
    if (activity !== undefined) activity[started == null ? 'ended' : 'started'] = timeOf(event);
  }
  return [...bySchedule.values()];
}

/** How long at least one activity was under way. */
function covered(activities: readonly Activity[]): number {
  let sum = 0;
  let end = -Infinity;
  for (const { scheduled, ended } of [...activities].sort((a, b) => a.scheduled - b.scheduled)) {
    sum += Math.max(0, ended - Math.max(end, scheduled));
    end = Math.max(end, ended);
  }
  return sum;
}

function timeOf(event: temporal.api.history.v1.IHistoryEvent | undefined): number {
  return Number(event?.eventTime?.seconds ?? 0) * 1000 + (event?.eventTime?.nanos ?? 0) / 1e6;
}
