import { type Command, Option } from 'commander';
import pc from 'picocolors';
import {
  backfillSchedule,
  createSchedule,
  deleteSchedule,
  describeSchedule,
  listSchedules,
  type Overlap,
  pauseSchedule,
  type PipelineClient,
  type ScheduleDetails,
  type ScheduledRunEnd,
  type ScheduleView,
  triggerSchedule,
  unpauseSchedule,
  updateSchedule,
} from '../../client/index.js';
import { parseParameters } from '../../components/parameters.js';
import { durationText } from '../../client/schedule-views.js';
import { loadPipelines, type PipelineFacts } from '../../worker/load-pipelines.js';
import { print, printJson, say, table } from '../console.js';
import { readParameters } from '../parameters.js';
import { findPipeline } from '../run-pipeline.js';
import { OVERLAPS, readChange, type ScheduleFlags } from '../schedule-options.js';
import { withSession, type Session } from '../session.js';

/** `tfx-temporal schedule …`: pipelines at times. */
export function registerSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('run a pipeline again and again; the nominal time of a run selects its data')
    .addHelpText('after', HELP);
  registerCreate(schedule);
  registerUpdate(schedule);
  registerLooks(schedule);
  registerActions(schedule);
}

function registerCreate(schedule: Command): void {
  const create = schedule
    .command('create <name>')
    .description('create a schedule')
    .requiredOption('--pipeline <name>', 'a pipeline of tfx.config.ts')
    .option('--paused', 'create it paused');
  withFlags(create).action(
    async (name: string, flags: ScheduleFlags & { pipeline: string; paused?: boolean; json?: boolean }) => {
      await withClient(async ({ client }, session) => {
        const pipeline = findPipeline(flags.pipeline, await loadPipelines(session.config.pipelines));
        const parameters = await readParameters(pipeline.parameters, flags.param, flags.params);
        requireValid(pipeline, parameters);
        await createSchedule(client, {
          ...readChange(flags),
          name,
          pipeline: flags.pipeline,
          parameters,
          taskQueue: session.config.taskQueue,
          ...(flags.paused === true ? { paused: true } : {}),
        });
        await showOne(client, name, flags.json);
        if (session.target === 'embedded') say(pc.dim(EMBEDDED));
      });
    },
  );
}

const EMBEDDED =
  'Embedded servers run only while a command does: keep `tfx-temporal dev` open for runs to start by themselves.';

function registerUpdate(schedule: Command): void {
  const update = schedule
    .command('update <name>')
    .description('change what is given; parameters are merged by name; cron, every and calendar are replaced together');
  withFlags(update).action(async (name: string, flags: ScheduleFlags & { json?: boolean }) => {
    await withClient(async ({ client }, session) => {
      const change = readChange(flags);
      if (flags.param.length > 0 || flags.params !== undefined) {
        const found = await describeSchedule(client, name);
        const pipeline = findPipeline(found.pipeline, await loadPipelines(session.config.pipelines));
        const parameters = await readParameters(pipeline.parameters, flags.param, flags.params);
        requireValid(pipeline, { ...(found.parameters as object), ...parameters });
        await updateSchedule(client, name, { ...change, parameters });
      } else await updateSchedule(client, name, change);
      await showOne(client, name, flags.json);
    });
  });
}

/** A run would refuse them, too, but only when it is due. @throws PipelineError PARAMETERS_INVALID */
const requireValid = ({ name, parameters: schema }: PipelineFacts, parameters: object): void =>
  void parseParameters(schema, parameters, `pipeline ${name}`);

function registerLooks(schedule: Command): void {
  schedule
    .command('list')
    .description('list schedules')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      await withClient(async ({ client }) => {
        const found = await listSchedules(client);
        if (json === true) return printJson(found);
        print(found.length === 0 ? NONE : table(['schedule', 'pipeline', 'when', 'next', 'state'], found.map(row)));
      });
    });
  schedule
    .command('describe <name>')
    .description('show a schedule: when it runs, how, and its latest runs')
    .option('--json', 'print JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      await withClient(({ client }) => showOne(client, name, json));
    });
}

function registerActions(schedule: Command): void {
  schedule
    .command('pause <name>')
    .description('start no more runs of times that are due; those under way go on, and so do backfills')
    .addOption(noteOption())
    .action(async (name: string, { note }: { note?: string }) => {
      await withClient(async ({ client }) => {
        await pauseSchedule(client, name, note);
        const { runsWaiting } = await describeSchedule(client, name);
        say(`${name} is paused.${runsWaiting === 0 ? '' : dropped(runsWaiting)}`);
      });
    });
  schedule
    .command('unpause <name>')
    .description('start runs again; what was due meanwhile is made by `backfill`')
    .addOption(noteOption())
    .action(async (name: string, { note }: { note?: string }) => {
      await withClient(async ({ client }) => {
        await unpauseSchedule(client, name, note);
        say(`${name} goes on.`);
      });
    });
  schedule
    .command('trigger <name>')
    .description('start a run now, also of a schedule that is paused')
    .addOption(overlapOption())
    .action(async (name: string, { overlap }: { overlap?: Overlap }) => {
      await withClient(async ({ client }) => {
        await triggerSchedule(client, name, overlap);
        say(`${name} was triggered. Watch its run: tfx-temporal runs`);
      });
    });
  schedule
    .command('delete <name>')
    .description('delete a schedule; its runs go on and are kept')
    .action(async (name: string) => {
      await withClient(async ({ client }) => {
        await deleteSchedule(client, name);
        say(`${name} was deleted.`);
      });
    });
  registerBackfill(schedule);
}

const dropped = (waiting: number): string =>
  ` ${waiting} ${waiting === 1 ? 'run waits' : 'runs wait'} for the one under way; unless it is unpaused before that one ends, ` +
  'only those of a backfill are made. Make the others later: tfx-temporal schedule backfill';

function registerBackfill(schedule: Command): void {
  schedule
    .command('backfill <name>')
    .description('make the runs that were due in a past time, each with its own nominal time')
    .requiredOption('--from <time>', "the first nominal time, ISO, or a day of the schedule's timezone")
    .requiredOption('--to <time>', 'the last nominal time, or day: both are included')
    .addOption(overlapOption())
    .option('--json', 'print when they were due, as JSON')
    .action(async (name: string, options: { from: string; to: string; overlap?: Overlap; json?: boolean }) => {
      await withClient(async ({ client }) => {
        const due = await backfillSchedule(client, name, options);
        if (options.json === true) return printJson(due);
        say(`${name} makes ${due.length} ${due.length === 1 ? 'run' : 'runs'}. Watch: tfx-temporal runs`);
      });
    });
}

type Client = PipelineClient['client'];

const noteOption = (): Option => new Option('--note <text>', 'why, for others to read');

const overlapOption = (): Option =>
  new Option('--overlap <policy>', 'when an earlier run is going on').choices(OVERLAPS);

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

function withFlags(command: Command): Command {
  return command
    .option('--cron <expression>', 'e.g. "0 2 * * *"; may be repeated', collect, [])
    .option('--every <duration>', 'e.g. "1 hour"')
    .option('--offset <duration>', 'with --every: from the full hour')
    .option('--calendar <fields>', 'e.g. hour=2,dayOfWeek=MONDAY; may be repeated', collect, [])
    .option('--timezone <name>', 'IANA name: of cron, calendars and the days of runs; UTC by default')
    .option('--jitter <duration>', 'start up to this much late')
    .option('--start-at <time>', 'no run is due before; a day, or ISO')
    .option('--end-at <time>', 'no run is due after; a day, which is included, or ISO')
    .option('-p, --param <name=value>', 'a parameter of the pipeline; may be repeated', collect, [])
    .option('--params <file>', 'parameters as a JSON file; --param wins')
    .addOption(overlapOption())
    .option('--catchup <duration>', 'how late a missed run may be caught up; 1 day by default')
    .option('--pause-on-failure', 'pause when a run fails; outcomes such as NOT_BLESSED are no failures')
    .option('--no-pause-on-failure')
    .option('--on-missing <policy>', 'when the data is not there: fail, skip, or wait=6h')
    .option('--skip-unchanged', 'end a run as SKIPPED when nothing changed since a finished one')
    .option('--no-skip-unchanged')
    .addOption(noteOption())
    .option('--json', 'print JSON');
}

async function withClient(work: (temporal: PipelineClient, session: Session) => Promise<void>): Promise<void> {
  await withSession({ worker: true }, async (session) => {
    await work(await session.temporal(), session);
  });
}

async function showOne(client: Client, name: string, asJson: boolean | undefined): Promise<void> {
  const details = await describeSchedule(client, name);
  if (asJson === true) return printJson(details);
  print(describe(details));
}

const NONE = 'No schedules yet. Create one: tfx-temporal schedule create NAME --pipeline P --cron "0 2 * * *"';

function row({ name, pipeline, times, nextRuns, paused }: ScheduleView): string[] {
  return [name, pipeline, times.join('; '), paused ? '' : (nextRuns[0] ?? ''), paused ? 'paused' : 'active'];
}

function describe(details: ScheduleDetails): string {
  const { name, pipeline, paused, note, times, policies } = details;
  const facts: readonly (readonly [string, string])[] = [
    ['when', times.join('; ')],
    ['next', paused ? 'paused' : details.nextRuns.slice(0, 3).join(', ')],
    ['parameters', JSON.stringify(details.parameters)],
    ['options', JSON.stringify(details.options)],
    ['overlap', `${policies.overlap}; catches up ${durationText(policies.catchupMs)}`],
    ['on failure', policies.pauseOnFailure ? 'pauses' : 'goes on'],
    ['runs', countsOf(details)],
    ['failed', details.lastFailure === undefined ? '' : describeRun(details.lastFailure)],
    ['note', note ?? ''],
  ];
  return [
    `${pc.bold(name)} runs ${pipeline}`,
    ...facts.filter(([, value]) => value !== '').map(([label, value]) => `  ${label.padEnd(11)} ${value}`),
    ...details.recentRuns.slice(0, 5).map((run) => `  ${'run'.padEnd(11)} ${describeRun(run)}`),
  ].join('\n');
}

const countsOf = ({ runsSoFar, runsMissed, runsSkippedByOverlap, runsWaiting }: ScheduleDetails): string =>
  `${runsSoFar} so far, ${runsWaiting} waiting, ${runsMissed} missed, ${runsSkippedByOverlap} left out by overlap`;

const describeRun = ({ workflowId, state, outcome, why }: ScheduledRunEnd): string =>
  [workflowId, outcome ?? state, why?.split('\n')[0] ?? ''].filter((part) => part !== '').join('  ');

const HELP = `
Examples:
  tfx-temporal schedule create nightly --pipeline penguin --cron "0 2 * * *" --on-missing wait=6h --pause-on-failure
  tfx-temporal schedule backfill nightly --from 2026-11-01 --to 2026-11-30
  tfx-temporal schedule update nightly --param epochs=40
`;
