import type { Command } from 'commander';
import { pipelineHandle } from '../../client/index.js';
import { watchToEnd } from '../run-pipeline.js';
import { withSession } from '../session.js';

export function registerWatch(program: Command): void {
  program
    .command('watch <run>')
    .description('watch a run by its workflow id, from where it is to its end')
    .option('--json', 'print one JSON object at the end')
    .action(async (workflowId: string, options: { json?: boolean }) => {
      process.exitCode = await withSession({ worker: true }, async (session) => {
        const { client } = await session.temporal();
        const { runId } = await client.workflow.getHandle(workflowId).describe();
        return await watchToEnd(pipelineHandle(client, workflowId, runId), session, options.json === true);
      });
    });
}
