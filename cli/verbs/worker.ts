import { type Command, Option } from 'commander';
import { say } from '../console.js';
import { withSession } from '../session.js';

interface WorkerOptions {
  readonly metrics?: string;
  readonly health?: string;
  readonly logs?: 'text' | 'json';
}

export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description(
      "run this project's worker in the foreground, on your servers (TEMPORAL_ADDRESS, DATABASE_URL) or the embedded ones",
    )
    .option('--metrics <address>', 'host:port where Prometheus finds metrics')
    .option('--health <address>', 'host:port of /health and /ready')
    .addOption(new Option('--logs <format>', 'json: one object a line').choices(['text', 'json']))
    .action(async (telemetry: WorkerOptions) => {
      // Only this verb needs the worker's native bridge.
      const { runWorker } = await import('../../worker/run-worker.js');
      await withSession({}, async ({ config, temporalAddress, databaseUrl }) => {
        process.env['TEMPORAL_ADDRESS'] = temporalAddress;
        process.env['DATABASE_URL'] = databaseUrl;
        await runWorker({
          config,
          telemetry,
          onReady: ({ taskQueue, address }) =>
            say(`Worker ready: task queue ${taskQueue} at ${address}. Ctrl-C stops it.`),
        });
      });
    });
}
