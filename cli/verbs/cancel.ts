import type { Command } from 'commander';
import { pipelineHandle } from '../../client/index.js';
import { say } from '../console.js';
import { withSession } from '../session.js';

export function registerCancel(program: Command): void {
  program
    .command('cancel <run>')
    .description('end a run; what it has made is kept')
    .action(async (workflowId: string) => {
      await withSession({ worker: true }, async (session) => {
        const { client } = await session.temporal();
        const handle = pipelineHandle(client, workflowId, undefined);
        await handle.cancel();
        await handle.result().catch(() => undefined);
        say(`${workflowId} was cancelled.`);
      });
    });
}
