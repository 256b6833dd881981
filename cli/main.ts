import { Command, CommanderError } from 'commander';
import { isPipelineError } from '../errors/pipeline-error.js';
import { describeError, say } from './console.js';
import { exitCodeOfKind, exitCodes } from './exit-codes.js';
import { registerExplain } from './verbs/explain.js';
import { registerRun } from './verbs/run.js';

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
  for (const register of [registerRun, registerExplain]) register(program);
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
