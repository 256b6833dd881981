import { describeSchedule, type PipelineClient } from '../../client/index.js';
import { openLineage } from '../../lineage/index.js';
import { listRuns, type RunSummary } from '../../lineage/queries/runs.js';
import { lineageProblems, pushProblems } from '../../test/durability/problems.js';
import type { ChaosProject } from './project.js';
import { type ChaosSchedule, destinationOf, dueSpans, SCHEDULES } from './schedules.js';

/** What was due, what was missing, and where to look. */
export interface Trial {
  readonly project: ChaosProject;
  readonly temporal: PipelineClient;
  /** Epoch seconds. */
  readonly from: number;
  readonly until: number;
  /** `<schedule> <span>` */
  readonly missing: ReadonlySet<string>;
}

export interface ScheduleVerdict {
  readonly name: string;
  readonly due: number;
  readonly runs: number;
  /** By outcome, or by a failure's code. */
  readonly ends: Readonly<Record<string, number>>;
  /** Left out by the overlap policy, as Temporal counts. */
  readonly leftOut: number;
  readonly stillGoing: number;
  readonly problems: readonly string[];
}

/** How each schedule did so far. */
export async function verdictOf(trial: Trial): Promise<ScheduleVerdict[]> {
  const lineage = openLineage(trial.project.local.databaseUrl);
  try {
    const runs = await listRuns(lineage.database, { limit: 100_000 });
    return await Promise.all(SCHEDULES.map((schedule) => scheduleVerdict(trial, schedule, runs)));
  } finally {
    await lineage.close();
  }
}

/** What is wrong in lineage, among artifacts and at the destinations. */
export async function tracesVerdict({ project }: Trial): Promise<string[]> {
  const { databaseUrl } = project.local;
  const problems = await lineageProblems({ databaseUrl, artifactRoot: project.artifactRoot });
  for (const schedule of SCHEDULES.filter(({ pipeline }) => pipeline === 'pushed')) {
    problems.push(...(await pushProblems(databaseUrl, destinationOf(schedule, project))));
  }
  return problems;
}

async function scheduleVerdict(
  trial: Trial,
  schedule: ChaosSchedule,
  all: readonly RunSummary[],
): Promise<ScheduleVerdict> {
  const { name, pipeline } = schedule;
  const due = dueSpans(schedule, trial.from, trial.until);
  const runs = all.filter(({ workflowId }) => workflowId.startsWith(`${pipeline}/${name}-`));
  const { runsSkippedByOverlap: leftOut, running } = await describeSchedule(trial.temporal.client, name);
  const ends: Record<string, number> = {};
  for (const run of runs) ends[endOf(run)] = (ends[endOf(run)] ?? 0) + 1;
  const open = runs.filter(({ state }) => state === 'RUNNING').length;
  const notBegun = due.length - runs.length - leftOut;
  return {
    name,
    due: due.length,
    runs: runs.length,
    ends,
    leftOut,
    stillGoing: Math.max(open, running.length, notBegun),
    problems: [
      ...countProblems(schedule, due, runs, leftOut),
      ...runs.flatMap((run) => runProblems(trial, schedule, run)),
    ],
  };
}

const endOf = ({ outcome, failure, state }: RunSummary): string => outcome ?? failure?.code ?? state;

const spanOf = ({ periodSeconds }: ChaosSchedule, { nominalTime = '' }: RunSummary): number =>
  Date.parse(nominalTime) / 1000 / periodSeconds;

function countProblems(
  schedule: ChaosSchedule,
  due: readonly number[],
  runs: readonly RunSummary[],
  leftOut: number,
): string[] {
  const { name, overlap } = schedule;
  const spans = runs.map((run) => spanOf(schedule, run));
  const extra = spans.filter((span) => !due.includes(span));
  const twice = spans.filter((span, i) => spans.indexOf(span) !== i);
  const without = due.filter((span) => !spans.includes(span));
  return [
    ...(extra.length === 0 ? [] : [`${name}: runs for times that were not due: ${extra.join(' ')}`]),
    ...(twice.length === 0 ? [] : [`${name}: several runs for ${twice.join(' ')}`]),
    ...(without.length === leftOut && (leftOut === 0 || overlap === 'skip')
      ? []
      : [`${name}: no run for ${without.join(' ')}, but the overlap policy left out ${leftOut}`]),
  ];
}

/** Whether a run's end is one that its data and the policies explain. */
function runProblems({ missing }: Trial, schedule: ChaosSchedule, run: RunSummary): string[] {
  const end = endOf(run);
  const { pipeline, overlap, onMissing, name } = schedule;
  const isMissing = missing.has(`${name} ${spanOf(schedule, run)}`);
  const good = pipeline === 'pushed' ? 'PUSHED' : 'COMPLETED';
  if (end === good && !isMissing) return [];
  if (end === 'SKIPPED' && onMissing === 'skip') return [];
  if (end === 'SPAN_NOT_FOUND' && isMissing) return [];
  if (end === 'FENCE_SUPERSEDED' && overlap === 'allowAll') return [];
  return [`${run.workflowId} ended as ${end}: ${run.failure?.message ?? run.reasons.join(' ')}`];
}
