import type { Command } from 'commander';
import { provision } from '../../local/index.js';
import { say } from '../console.js';
import { showLocalEvent } from '../local-events.js';

export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('stage the native parts: libtensorflow, Temporal, Postgres')
    .action(async () => {
      await provision({ onEvent: showLocalEvent });
      say('Everything is in place.');
    });
}
