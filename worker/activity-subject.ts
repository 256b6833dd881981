import type { BeginRequest, FinishRequest, Ticket } from '../activities/protocol.js';

/** What an activity of ours is about: on its log lines and spans, and in part on its metrics. */
export interface Subject {
  readonly pipeline: string;
  readonly node?: string;
  readonly component?: string;
  readonly executionId?: number;
}

/** The activities around a component's own. */
const RECORDS: ReadonlySet<string> = new Set(['tfx.begin', 'tfx.publish', 'tfx.finish']);

/** Whether an activity of ours is one of a component or a run; others look and notify. */
export const hasSubject = (activityType: string): boolean =>
  !activityType.startsWith('tfx.') || RECORDS.has(activityType);

/** @param argument the activity's own, of a type that `hasSubject` */
export function subjectOf(activityType: string, argument: unknown): Subject {
  if (activityType === 'tfx.begin' || activityType === 'tfx.finish') {
    const { run, ...request } = argument as BeginRequest | FinishRequest;
    return {
      pipeline: run.pipeline,
      ...('node' in request ? { node: request.node, component: request.component } : {}),
    };
  }
  const ticket = (activityType === 'tfx.publish' ? (argument as { ticket: Ticket }).ticket : argument) as Ticket;
  const { run, node, component, executionId } = ticket;
  return { pipeline: run.pipeline, node, component, executionId };
}
