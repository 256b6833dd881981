import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Duration } from '../components/contract.js';
import { isPipelineError, PipelineError } from '../errors/pipeline-error.js';
import type { Pipeline } from '../workflows/index.js';
import { runMemo, type MissingData } from './run-memo.js';
import { runDetails } from './run-details.js';
import { runError } from './run-errors.js';
import { type ScheduleTimes, specOf } from './schedule-times.js';
import { searchAttributesOf } from './search-attributes.js';
import type { AnyPipeline } from './start-pipeline.js';

/** What happens when a run is due while an earlier one of the schedule is going on. */
export type Overlap = 'skip' | 'bufferOne' | 'bufferAll' | 'cancelOther' | 'terminateOther' | 'allowAll';

export interface SchedulePolicies {
  /** (Default: `bufferOne`, so that the newest data is never left out) */
  readonly overlap?: Overlap;
  /** How late a missed run may be caught up. (Default: `1 day`) */
  readonly catchup?: Duration;
  /** Pause when a run fails; outcomes such as NOT_BLESSED are no failures. Not with `allowAll`. (Default: false) */
  readonly pauseOnFailure?: boolean;
}

export interface ScheduleRunOptions<P extends AnyPipeline = Pipeline> {
  readonly parameters?: Parameters<P>[0];
  /** (Default: `tfx`) */
  readonly taskQueue?: string;
  /** When the data of the nominal time is not there: fail, skip the run, or wait up to a deadline. (Default: `fail`) */
  readonly onMissing?: MissingData;
  /** End a run as SKIPPED when a finished one with equal parameters and code had the same examples. (Default: false) */
  readonly skipUnchanged?: boolean;
  /** False: run every component. (Default: true) */
  readonly cache?: boolean;
}

/** A schedule of one pipeline. */
export interface PipelineSchedule<P extends AnyPipeline = Pipeline>
  extends ScheduleTimes, SchedulePolicies, ScheduleRunOptions<P> {
  /** Unique among all schedules. Runs are known as `<pipeline>/<name>-<nominal time>`. */
  readonly name: string;
  readonly pipeline: string;
  /** Created paused. On an update that does not say, it stays as it is. */
  readonly paused?: boolean;
  readonly note?: string;
}

/**
 * Creates a schedule, or makes the one of that name be as described.
 * @throws PipelineError SCHEDULE_INVALID, TEMPORAL_UNAVAILABLE
 */
export async function applySchedule<P extends AnyPipeline = Pipeline>(
  client: Client,
  schedule: PipelineSchedule<P>,
): Promise<'created' | 'updated'> {
  const options = await coded(schedule.name, () => searchableOptions(client, schedule));
  try {
    await client.schedule.create(options);
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw scheduleError(error, schedule.name);
  }
  await coded(schedule.name, () =>
    client.schedule.getHandle(schedule.name).update((found) => ({
      spec: options.spec,
      action: { ...options.action, workflowId: idOf(schedule) },
      policies: policiesOf(schedule),
      state: { ...found.state, ...stateOf(schedule) },
    })),
  );
  return 'updated';
}

/** Like `applySchedule`, but refuses a name that is taken. @throws PipelineError SCHEDULE_EXISTS */
export async function createSchedule<P extends AnyPipeline = Pipeline>(
  client: Client,
  schedule: PipelineSchedule<P>,
): Promise<void> {
  await coded(schedule.name, async () => client.schedule.create(await searchableOptions(client, schedule)));
}

const PIPELINE_MEMO = 'tfxPipeline';
const OVERLAPS: Readonly<Record<Overlap, ScheduleOverlapPolicy>> = {
  skip: ScheduleOverlapPolicy.SKIP,
  bufferOne: ScheduleOverlapPolicy.BUFFER_ONE,
  bufferAll: ScheduleOverlapPolicy.BUFFER_ALL,
  cancelOther: ScheduleOverlapPolicy.CANCEL_OTHER,
  terminateOther: ScheduleOverlapPolicy.TERMINATE_OTHER,
  allowAll: ScheduleOverlapPolicy.ALLOW_ALL,
};

export const overlapPolicy = (overlap: Overlap): ScheduleOverlapPolicy => OVERLAPS[overlap];

/** Our name of one of Temporal's policies; of one that it has not named, its own default. */
export function overlapName(policy: ScheduleOverlapPolicy): Overlap {
  const found = Object.entries(OVERLAPS).find(([, value]) => value === policy);
  return (found?.[0] as Overlap | undefined) ?? 'skip';
}

const idOf = ({ pipeline, name }: Pick<PipelineSchedule, 'pipeline' | 'name'>): string => `${pipeline}/${name}`;

/** Runs of a schedule are found like others, where search attributes are registered. */
async function searchableOptions(client: Client, schedule: PipelineSchedule<AnyPipeline>): Promise<ScheduleOptions> {
  const options = scheduleOptions(schedule, client.options.namespace);
  const typedSearchAttributes = await searchAttributesOf(client, { pipeline: schedule.pipeline });
  return { ...options, action: { ...options.action, typedSearchAttributes } };
}

function scheduleOptions(schedule: PipelineSchedule<AnyPipeline>, namespace: string): ScheduleOptions {
  return {
    scheduleId: schedule.name,
    spec: specOf(schedule),
    action: {
      type: 'startWorkflow',
      workflowType: schedule.pipeline,
      workflowId: idOf(schedule),
      taskQueue: schedule.taskQueue ?? 'tfx',
      args: [schedule.parameters ?? {}],
      memo: runMemo(schedule),
      staticSummary: `${schedule.pipeline} · schedule ${schedule.name}`,
      ...runDetails({ namespace, schedule: schedule.name }),
    },
    policies: policiesOf(schedule),
    state: stateOf(schedule),
    memo: { [PIPELINE_MEMO]: schedule.pipeline },
  };
}

function policiesOf(schedule: SchedulePolicies): NonNullable<ScheduleOptions['policies']> {
  requirePausable(schedule);
  return {
    overlap: OVERLAPS[schedule.overlap ?? 'bufferOne'],
    catchupWindow: schedule.catchup ?? '1 day',
    pauseOnFailure: schedule.pauseOnFailure ?? false,
  };
}

/** @throws PipelineError SCHEDULE_INVALID for policies of which Temporal would silently leave out one */
export function requirePausable({ overlap, pauseOnFailure }: SchedulePolicies): void {
  if (overlap !== 'allowAll' || pauseOnFailure !== true) return;
  throw new PipelineError('SCHEDULE_INVALID', {
    what: 'A schedule with overlap `allowAll` cannot pause on failure: Temporal does not watch runs that may overlap.',
    fix: 'Use another overlap policy, e.g. bufferAll, or do without pausing on failure.',
  });
}

const stateOf = ({ paused, note }: Pick<PipelineSchedule, 'paused' | 'note'>): { paused?: boolean; note?: string } => ({
  ...(paused === undefined ? {} : { paused }),
  ...(note === undefined ? {} : { note }),
});

/** Temporal's errors about schedules as coded ones. */
export async function coded<T>(name: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw scheduleError(error, name);
  }
}

function scheduleError(error: unknown, name: string): PipelineError {
  if (isPipelineError(error)) return error;
  if (error instanceof ScheduleAlreadyRunning) {
    return new PipelineError('SCHEDULE_EXISTS', { what: `There is a schedule ${name} already`, cause: error });
  }
  if (error instanceof ScheduleNotFoundError) {
    return new PipelineError('SCHEDULE_NOT_FOUND', { what: `There is no schedule ${name}`, cause: error });
  }
  const { code, details } = ((error as { cause?: unknown }).cause ?? {}) as { code?: number; details?: string };
  if (code === INVALID_ARGUMENT || error instanceof TypeError || error instanceof RangeError) {
    const what = `Schedule ${name} is not valid: ${details ?? (error as Error).message}`;
    return new PipelineError('SCHEDULE_INVALID', { what, cause: error });
  }
  return runError(error, name);
}

/** gRPC's status. */
const INVALID_ARGUMENT = 3;
