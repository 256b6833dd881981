import { Command, CommanderError } from 'commander';
import { isPipelineError } from '../errors/pipeline-error.js';
import { describeError, say } from './console.js';
import { exitCodeOfKind, exitCodes } from './exit-codes.js';
import { registerCancel } from './verbs/cancel.js';
import { registerData } from './verbs/data.js';
import { registerDemo } from './verbs/demo.js';
import { registerDev } from './verbs/dev.js';
import { registerDoctor } from './verbs/doctor.js';
import { registerExplain } from './verbs/explain.js';
import { registerGc } from './verbs/gc.js';
import { registerLineage } from './verbs/lineage.js';
import { registerMigrate } from './verbs/migrate.js';
import { registerModels } from './verbs/models.js';
import { registerRun } from './verbs/run.js';
import { registerRuns } from './verbs/runs.js';
import { registerSchedule } from './verbs/schedule.js';
import { registerServe } from './verbs/serve.js';
import { registerSetup } from './verbs/setup.js';
import { registerShow } from './verbs/show.js';
import { registerStop } from './verbs/stop.js';
import { registerWatch } from './verbs/watch.js';
import { registerWorker } from './verbs/worker.js';

/** In the order in which a newcomer meets them. */
const VERBS = [
  registerDemo,
  registerRun,
  registerWatch,
  registerCancel,
  registerSchedule,
  registerRuns,
  registerShow,
  registerModels,
  registerLineage,
  registerData,
  registerServe,
  registerDev,
  registerWorker,
  registerDoctor,
  registerSetup,
  registerMigrate,
  registerStop,
  registerGc,
  registerExplain,
];

/** The `tfx-temporal` command: sets `process.exitCode`, and leaves nothing open. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

function createProgram(): Command {
  const program = new Command('tfx-temporal')
    .description('TFX pipelines as durable Temporal workflows')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .addHelpText('before', `${EXAMPLES}\n`);
  for (const register of VERBS) register(program);
  return program;
}

const EXAMPLES = `Examples:
  tfx-temporal run penguin                                  run a pipeline, watch it, exit by its outcome
  tfx-temporal run wine --param data=wine-quality.csv --json
  tfx-temporal show penguin/latest                          what ran, what was cached, and why
`;

function reportError(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  say(describeError(error));
  return isPipelineError(error) ? exitCodeOfKind(error.kind) : exitCodes.failed;
}
