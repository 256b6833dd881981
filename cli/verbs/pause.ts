import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { pipelineHandle } from '../../client/index.js';
import { say } from '../console.js';
import { findWorkflowId } from '../find-run.js';
import { withSession } from '../session.js';

export function registerPause(program: Command): void {
  program
    .command('pause <run>')
    .description('start no more nodes of a run; running ones end')
    .option('--why <text>', 'for others to read')
    .action(async (run: string, { why }: { why?: string }) => {
      await withSession({ worker: true }, async (session) => {
        const { client } = await session.temporal();
        const workflowId = await findWorkflowId(session, run);
        const by = userInfo().username;
        await pipelineHandle(client, workflowId, undefined).pause({ by, ...(why === undefined ? {} : { why }) });
        say(`${workflowId} is paused. Let it go on: tfx-temporal unpause ${workflowId}`);
      });
    });
}

export function registerUnpause(program: Command): void {
  program
    .command('unpause <run>')
    .description('let a paused run go on')
    .action(async (run: string) => {
      await withSession({ worker: true }, async (session) => {
        const { client } = await session.temporal();
        const workflowId = await findWorkflowId(session, run);
        await pipelineHandle(client, workflowId, undefined).unpause();
        say(`${workflowId} goes on.`);
      });
    });
}
