import type { Command } from 'commander';
import { say } from '../console.js';
import { withSession } from '../session.js';

export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description(
      "run this project's worker in the foreground, on your servers (TEMPORAL_ADDRESS, DATABASE_URL) or the embedded ones",
    )
    .action(async () => {
      // Only this verb needs the worker's native bridge.
      const { runWorker } = await import('../../worker/run-worker.js');
      await withSession({}, async ({ config, temporalAddress, databaseUrl }) => {
        process.env['TEMPORAL_ADDRESS'] = temporalAddress;
        process.env['DATABASE_URL'] = databaseUrl;
        await runWorker({
          config,
          onReady: ({ taskQueue, address }) =>
            say(`Worker ready: task queue ${taskQueue} at ${address}. Ctrl-C stops it.`),
        });
      });
    });
}
