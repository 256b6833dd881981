import type { Command } from 'commander';
import { pipelineHandle, type PipelineHandle } from '../../client/index.js';
import { isPipelineError } from '../../errors/pipeline-error.js';
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
        say(`${workflowId} ${await howItEnded(handle)}.`);
      });
    });
}

/** A run that ends before the request reaches it keeps its end. */
async function howItEnded(handle: PipelineHandle): Promise<string> {
  try {
    const { outcome } = await handle.result();
    return `had ended already, as ${outcome}`;
  } catch (error) {
    const code = isPipelineError(error) ? error.code : 'RUN_FAILED';
    return code === 'PIPELINE_CANCELED' ? 'was cancelled' : `had ended already, by ${code}`;
  }
}
