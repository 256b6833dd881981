import type { Command } from 'commander';
import pc from 'picocolors';
import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';
import { say } from '../console.js';
import { exitCodes } from '../exit-codes.js';
import { runFromCommandLine } from '../run-pipeline.js';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('run the penguin example end to end on embedded servers')
    .option('--json', 'print one JSON object at the end')
    .action(async (options: { json?: boolean }) => {
      say(`${pc.bold('The penguin pipeline')}: from 344 measured penguins to a model that answers requests.\n`);
      process.exitCode = await runPenguin(options);
      if (process.exitCode === exitCodes.ok) sayWhatNext();
    });
}

/** @throws PipelineError PIPELINE_UNKNOWN outside of a clone, which has the pipeline */
async function runPenguin(options: { json?: boolean }): Promise<number> {
  try {
    return await runFromCommandLine('penguin', { ...options, param: [], cache: true, embedded: true });
  } catch (cause) {
    if (!isPipelineError(cause) || cause.code !== 'PIPELINE_UNKNOWN') throw cause;
    throw new PipelineError('PIPELINE_UNKNOWN', {
      what: 'The demo is the penguin example of a clone of the repository; this project has no pipeline "penguin".',
      why: 'The installed package has no data, and `demo` runs what tfx.config.ts names.',
      fix: 'Run a pipeline of your own: tfx-temporal run NAME. To begin with one, copy node_modules/tfx-temporal/examples/wine.',
      cause,
    });
  }
}

function sayWhatNext(): void {
  say(`
Next:
  ./bin/tfx-temporal run penguin                  again: everything is reused, nothing is pushed twice
  ./bin/tfx-temporal serve penguin=serving_model/penguin
  ./bin/tfx-temporal dev                          keeps servers and worker up, and Temporal's UI with them
  ./bin/tfx-temporal show penguin/latest          what ran, what was reused, and why`);
}
