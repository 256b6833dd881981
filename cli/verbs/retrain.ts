import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import {
  listRetrains,
  retrainHandle,
  type RetrainHandle,
  type RetrainReport,
  startRetrain,
} from '../../client/index.js';
import { parseParameters } from '../../components/parameters.js';
import type { RetrainConfig } from '../../components/retrain/config.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { loadPipelines } from '../../worker/load-pipelines.js';
import { print, printJson, say, table } from '../console.js';
import { readParameters } from '../parameters.js';
import { readRetrainFlags, type RetrainFlags } from '../retrain-options.js';
import { describeRetrain } from '../retrain-report.js';
import { findPipeline } from '../run-pipeline.js';
import { withSession, type Session } from '../session.js';

/** `tfx-temporal retrain …`: workflows that live for months and run a pipeline when there is a reason to. */
export function registerRetrain(program: Command): void {
  const retrain = program
    .command('retrain')
    .description('run a pipeline whenever data arrives, has drifted, or is asked for')
    .addHelpText('after', HELP);
  registerStart(retrain);
  registerLooks(retrain);
  registerMessages(retrain);
  registerReconfigure(retrain);
}

type Flags = RetrainFlags & { readonly json?: boolean };

function registerStart(retrain: Command): void {
  const start = retrain
    .command('start <name>')
    .description('start one, known as retrain/<name>')
    .requiredOption('--pipeline <name>', 'a pipeline of tfx.config.ts');
  withFlags(start).action(async (name: string, flags: Flags & { pipeline: string }) => {
    await withSession({ worker: true }, async (session) => {
      const parameters = await checkedParameters(session, flags.pipeline, {}, flags);
      const change = Object.entries(readRetrainFlags(flags)).filter(([, value]) => value !== null);
      const config: RetrainConfig = { ...Object.fromEntries(change), pipeline: flags.pipeline, parameters };
      const { client } = await session.temporal();
      const handle = await startRetrain(client, name, config, { taskQueue: session.config.taskQueue });
      await show(handle, flags.json);
      if (session.target === 'embedded') say(pc.dim(EMBEDDED));
    });
  });
}

const EMBEDDED =
  'Embedded servers run only while a command does: keep `tfx-temporal dev` open for it to look and run by itself.';

function registerLooks(retrain: Command): void {
  retrain
    .command('list')
    .description('list those that go on')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      await withSession({ worker: true }, async (session) => {
        const { client } = await session.temporal();
        const names = await listRetrains(client);
        const reports = await Promise.all(names.map((name) => retrainHandle(client, name).status()));
        if (json === true) return printJson(reports);
        print(reports.length === 0 ? NONE : table(['retrain', 'pipeline', 'runs', 'waits for'], reports.map(row)));
      });
    });
  onOne(retrain, 'status <name>', 'what it waits for, what waits for it, and its latest runs', () => Promise.resolve());
}

const NONE = 'Nothing is retrained yet. Start it: tfx-temporal retrain start NAME --pipeline P --poll PATTERN';

const row = ({ workflowId, config, runs, waitsFor }: RetrainReport): (string | number)[] => [
  workflowId.replace(/^retrain\//, ''),
  config.pipeline,
  runs,
  waitsFor,
];

function registerMessages(retrain: Command): void {
  onOne(retrain, 'new-data <name>', 'say that data arrived', (handle, { span }) =>
    handle.newData(span === undefined ? {} : { span: wholeNumber(span) }),
  ).option('--span <n>', 'the number of the span; of dates days since 1970-01-01');
  onOne(retrain, 'run-now <name>', 'run the pipeline, whatever is new', (handle) => handle.runNow());
  onOne(retrain, 'pause <name>', 'start no more runs; one under way ends', (handle, { by, why }) =>
    handle.pause({ by: by ?? userInfo().username, ...(why === undefined ? {} : { why }) }),
  )
    .option('--by <name>', 'who pauses it; by default the name of this account')
    .option('--why <text>', 'for others to read');
  onOne(retrain, 'unpause <name>', 'go on; failures are forgotten', (handle) => handle.unpause());
  onOne(retrain, 'stop <name>', 'end it, after a run under way', (handle) => handle.stop());
}

function registerReconfigure(retrain: Command): void {
  const reconfigure = retrain
    .command('reconfigure <name>')
    .description('change what is given; parameters are merged by name')
    .option('--pipeline <name>', 'another pipeline of tfx.config.ts');
  // Commander takes a --no- flag that comes first for one that is on by default.
  withFlags(reconfigure)
    .option('--no-poll', 'look for new data no more')
    .option('--no-drift', 'look for drift no more')
    .option('--no-every', 'run by time no more')
    .option('--no-webhook', 'call no webhook')
    .action(async (name: string, flags: Flags & { pipeline?: string }) => {
      await withSession({ worker: true }, async (session) => {
        const handle = retrainHandle((await session.temporal()).client, name);
        const { config } = await handle.status();
        const { pipeline } = flags;
        const isOther = flags.param.length > 0 || flags.params !== undefined || pipeline !== undefined;
        const before = pipeline === undefined || pipeline === config.pipeline ? (config.parameters ?? {}) : {};
        const parameters = isOther
          ? { parameters: await checkedParameters(session, pipeline ?? config.pipeline, before, flags) }
          : {};
        const change = {
          ...readRetrainFlags(flags, config),
          ...parameters,
          ...(pipeline === undefined ? {} : { pipeline }),
        };
        await handle.reconfigure(change);
        await show(handle, flags.json);
      });
    });
}

interface MessageFlags {
  readonly span?: string;
  readonly by?: string;
  readonly why?: string;
  readonly json?: boolean;
}

/** A verb that sends one message, and then shows the status. */
function onOne(
  retrain: Command,
  usage: string,
  description: string,
  send: (handle: RetrainHandle, flags: MessageFlags) => Promise<unknown>,
): Command {
  return retrain
    .command(usage)
    .description(description)
    .option('--json', 'print JSON')
    .action(async (name: string, flags: MessageFlags) => {
      await withSession({ worker: true }, async (session) => {
        const handle = retrainHandle((await session.temporal()).client, name);
        await send(handle, flags);
        await show(handle, flags.json);
      });
    });
}

async function show(handle: RetrainHandle, asJson: boolean | undefined): Promise<void> {
  const report = await handle.status();
  if (asJson === true) return printJson(report);
  print(describeRetrain(report));
}

/** @throws PipelineError PIPELINE_UNKNOWN, PARAMETERS_INVALID with all problems */
async function checkedParameters(
  session: Session,
  name: string,
  before: Readonly<Record<string, unknown>>,
  flags: RetrainFlags,
): Promise<Readonly<Record<string, unknown>>> {
  const pipeline = findPipeline(name, await loadPipelines(session.config.pipelines));
  const parameters = { ...before, ...(await readParameters(pipeline.parameters, flags.param, flags.params)) };
  parseParameters(pipeline.parameters, parameters, `pipeline ${name}`);
  return parameters;
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new PipelineError('PARAMETERS_INVALID', {
    what: `--span: "${text}" is no whole number.`,
    fix: 'Spans are numbers; of dates the days since 1970-01-01.',
  });
}

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

function withFlags(command: Command): Command {
  return command
    .option('-p, --param <name=value>', 'a parameter of the pipeline; may be repeated', collect, [])
    .option('--params <file>', 'parameters as a JSON file; --param wins')
    .option('--poll <pattern>', 'look for new data: a pattern with {SPAN} or a date, or plain files')
    .option('--poll-every <duration>', 'how often; 1 minute by default')
    .option('--drift <pattern>', 'look whether the newest span has drifted')
    .option('--drift-module <name>', 'exports the schema with drift comparators')
    .option('--drift-every <duration>', 'how often; 1 hour by default')
    .addOption(new Option('--drift-example-gen <which>', 'what reads the files').choices(['csv', 'import']))
    .option('--every <duration>', 'run also without new data, so long after the last run')
    .addOption(new Option('--spans <which>', 'of several that arrived').choices(['newest', 'each']))
    .option('--max-runs-per-day <n>', '24 by default; days are UTC')
    .option('--stop-after-failures <n>', 'failed runs in a row; 3 by default')
    .option('--retry <duration>', 'make a failed run again after; 5 minutes by default, then twice as long; 0: never')
    .option('--webhook <url>', 'called when it stops')
    .option('--on-missing <policy>', 'when the data is not there: fail, skip, or wait=6h')
    .option('--json', 'print JSON');
}

const HELP = `
Examples:
  tfx-temporal retrain start taxi --pipeline taxi --param 'data=trips/{YYYY}-{MM}-{DD}.csv' --poll 'trips/{YYYY}-{MM}-{DD}.csv'
  tfx-temporal retrain status taxi
  tfx-temporal retrain new-data taxi --span 20413
  tfx-temporal retrain reconfigure taxi --max-runs-per-day 2 --param epochs=10 --no-poll
`;
