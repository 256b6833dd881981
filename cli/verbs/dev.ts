import { once } from 'node:events';
import type { Command } from 'commander';
import pc from 'picocolors';
import { say } from '../console.js';
import { withSession, type Session } from '../session.js';

export function registerDev(program: Command): void {
  program
    .command('dev')
    .description('keep the embedded servers and the worker up until Ctrl-C; parked runs go on')
    .action(async () => {
      await withSession({ embedded: true, worker: true }, async (session) => {
        sayAddresses(session);
        await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
        say('Stopping. Runs that go on are parked until the next `run` or `dev`.');
      });
    });
}

function sayAddresses({ temporalAddress, uiUrl, config, local }: Session): void {
  say(`${pc.bold('Temporal UI')}  ${uiUrl ?? ''}`);
  say(`Temporal     ${temporalAddress}, task queue ${config.taskQueue}`);
  say(`Postgres     ${local === undefined ? '' : withoutPassword(local.databaseUrl)}`);
  say(`Artifacts    ${config.artifactRoot}`);
  say(pc.dim('Ctrl-C stops them. In another terminal: tfx-temporal run <pipeline>'));
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = '';
  return url.href;
}
