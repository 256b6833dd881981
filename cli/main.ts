import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { isPipelineError } from '../errors/pipeline-error.js';
import { describeError, say } from './console.js';
import { exitCodeOfKind, exitCodes } from './exit-codes.js';
import { VERBS } from './verbs.js';

/** The `tfx-temporal` command: sets `process.exitCode`, and leaves nothing open. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  // `help run` is `run --help`.
  const words = argv[0] === 'help' && argv[1] !== undefined ? [...argv.slice(1), '--help'] : argv;
  try {
    const program = await createProgram(words[0]);
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** Only the verb that is used is loaded: all of them would take longer than most of them run. */
async function createProgram(wanted: string | undefined): Promise<Command> {
  const program = new Command('tfx-temporal')
    .description('TFX pipelines as durable Temporal workflows')
    .version(packageVersion())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, subcommandTerm: termOf })
    .showSuggestionAfterError(true)
    .addHelpText('before', `${EXAMPLES}\n`);
  const used = VERBS.find(({ name }) => name === wanted);
  if (used !== undefined) (await used.load())(program);
  else for (const { name, usage, summary } of VERBS) program.command(`${name} ${usage}`.trim()).description(summary);
  return program;
}

function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** A command and its arguments; that there are options is said on its own page. */
function termOf(command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...args].join(' ');
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
