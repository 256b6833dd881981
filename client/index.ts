/*
 * The public entry `tfx-temporal/client`: starts and watches pipelines from any process; loads no native code.
 */
export { connect, type ConnectOptions, type PipelineClient } from './connect.js';
export { pipelineHandle, type PipelineHandle } from './pipeline-handle.js';
export {
  backfillSchedule,
  type Backfill,
  deleteSchedule,
  pauseSchedule,
  type ScheduleChange,
  triggerSchedule,
  unpauseSchedule,
  updateSchedule,
} from './change-schedule.js';
export { describeSchedule, listSchedules, type ScheduleDetails, type ScheduleView } from './schedule-views.js';
export type { ScheduledRun, ScheduledRunEnd } from './scheduled-runs.js';
export {
  applySchedule,
  createSchedule,
  type Overlap,
  type PipelineSchedule,
  type SchedulePolicies,
} from './schedules.js';
export type { ScheduleTimes } from './schedule-times.js';
export type { MissingData } from './run-memo.js';
export { rerunPipeline, retryPipeline, type RerunOptions } from './repeat-run.js';
export type { RepeatBounds } from './repeat-plan.js';
export { listRetrains, retrainHandle, type RetrainHandle, type RetrainReport, startRetrain } from './retrain.js';
export { registerSearchAttributes } from './search-attributes.js';
export type { StartedBy } from './run-details.js';
export { runError } from './run-errors.js';
export { runPipeline, startPipeline, type AnyPipeline, type StartOptions } from './start-pipeline.js';
export { watchRun, type NodeProgress, type RunProgress, type WatchOptions } from './watch-run.js';
