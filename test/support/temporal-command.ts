import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { statePaths } from '../../local/index.js';
import { findTemporalCli } from '../../local/provision/temporal-cli.js';
import { testServers, useSharedTools } from './servers.js';

/** Runs Temporal's own command line on the test servers, as a person would. @returns what it printed */
export async function temporalCommand(...args: readonly string[]): Promise<string> {
  useSharedTools();
  const { temporalAddress } = await testServers();
  const program = await findTemporalCli(statePaths());
  if (program === undefined) throw new Error('the Temporal command line was provisioned but is not there');
  const { stdout } = await promisify(execFile)(program, [...args, '--address', temporalAddress], { timeout: 60_000 });
  return stdout;
}
