import type { Command } from 'commander';
import { stopLocal } from '../../local/index.js';
import { say } from '../console.js';

export function registerStop(program: Command): void {
  program
    .command('stop')
    .description('stop the embedded servers now, whoever uses them; runs go on at the next start')
    .action(async () => {
      say((await stopLocal()) ? 'The embedded servers are stopped.' : 'No embedded servers run.');
    });
}
