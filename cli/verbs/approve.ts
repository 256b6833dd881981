import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { pipelineHandle } from '../../client/index.js';
import { printJson, say } from '../console.js';
import { findWorkflowId } from '../find-run.js';
import { withSession } from '../session.js';

interface ApproveOptions {
  readonly reject?: boolean;
  readonly by?: string;
  readonly why?: string;
  readonly node?: string;
  readonly json?: boolean;
}

export function registerApprove(program: Command): void {
  program
    .command('approve <run>')
    .description('answer the approval that a run waits for; who, when and why are recorded in lineage')
    .option('--reject', 'say no')
    .option('--by <name>', 'who decides; by default the name of this account')
    .option('--why <text>', 'for others to read')
    .option('--node <id>', 'which approval, when the run asks for several')
    .option('--json', 'print JSON')
    .action(async (run: string, options: ApproveOptions) => {
      await withSession({ worker: true }, async (session) => {
        const { client } = await session.temporal();
        const workflowId = await findWorkflowId(session, run);
        const receipt = await pipelineHandle(client, workflowId, undefined).approve({
          by: options.by ?? userInfo().username,
          approved: options.reject !== true,
          ...(options.why === undefined ? {} : { why: options.why }),
          ...(options.node === undefined ? {} : { node: options.node }),
        });
        if (options.json === true) return printJson(receipt);
        say(`${workflowId}: ${receipt.node} is ${receipt.verdict}.`);
      });
    });
}
