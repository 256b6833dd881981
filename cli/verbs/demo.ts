import type { Command } from 'commander';
import pc from 'picocolors';
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
      process.exitCode = await runFromCommandLine('penguin', { ...options, param: [], cache: true, embedded: true });
      if (process.exitCode === exitCodes.ok) sayWhatNext();
    });
}

function sayWhatNext(): void {
  say(`
Next:
  ./bin/tfx-temporal run penguin                  again: everything is reused, nothing is pushed twice
  ./bin/tfx-temporal serve penguin=serving_model/penguin
  ./bin/tfx-temporal dev                          keeps servers and worker up, and Temporal's UI with them
  ./bin/tfx-temporal show penguin/latest          what ran, what was reused, and why`);
}
