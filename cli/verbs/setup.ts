import { type Command, Option } from 'commander';
import { provision, type ProvisionPart } from '../../local/index.js';
import { say } from '../console.js';
import { showLocalEvent } from '../local-events.js';

const PARTS: readonly ProvisionPart[] = ['postgres', 'temporal', 'temporalTestServer', 'libtensorflow'];

interface SetupOptions {
  readonly only?: readonly ProvisionPart[];
}

export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('stage the native parts: libtensorflow, Temporal, Postgres')
    .addOption(new Option('--only <parts...>', 'only these parts, e.g. for a worker on your servers').choices(PARTS))
    .action(async ({ only }: SetupOptions) => {
      await provision({ onEvent: showLocalEvent, ...(only === undefined ? {} : { parts: only }) });
      say('Everything is in place.');
    });
}
