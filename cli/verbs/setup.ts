import { type Command, Option } from 'commander';
import { connect, type PipelineClient, registerSearchAttributes } from '../../client/index.js';
import { connectLocal, provision, type ProvisionPart } from '../../local/index.js';
import { say } from '../console.js';
import { showLocalEvent } from '../local-events.js';
import { findTarget } from '../target.js';

const PARTS: readonly ProvisionPart[] = ['postgres', 'temporal', 'temporalTestServer', 'libtensorflow'];

interface SetupOptions {
  readonly only?: readonly ProvisionPart[];
  readonly searchAttributes?: boolean;
}

export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('stage the native parts: libtensorflow, Temporal, Postgres')
    .addOption(new Option('--only <parts...>', 'only these parts, e.g. for a worker on your servers').choices(PARTS))
    .option('--search-attributes', 'register what runs are found by in your Temporal namespace, or the embedded one')
    .action(async ({ only, searchAttributes }: SetupOptions) => {
      if (searchAttributes === true) return await setUpSearchAttributes();
      await provision({ onEvent: showLocalEvent, ...(only === undefined ? {} : { parts: only }) });
      say('Everything is in place.');
    });
}

async function setUpSearchAttributes(): Promise<void> {
  const added = findTarget().kind === 'configured' ? await addTo(await connect()) : await addToEmbedded();
  say(added.length > 0 ? `Registered ${added.join(', ')}.` : 'All search attributes are registered already.');
}

async function addTo(temporal: PipelineClient): Promise<readonly string[]> {
  try {
    return await registerSearchAttributes(temporal.client);
  } finally {
    await temporal.close();
  }
}

/** Needs no project: it is the state folder's server. */
async function addToEmbedded(): Promise<readonly string[]> {
  const local = await connectLocal({ onEvent: showLocalEvent });
  try {
    return await addTo(await connect({ address: local.temporalAddress }));
  } finally {
    await local.release();
  }
}
