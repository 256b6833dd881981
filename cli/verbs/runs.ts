import type { Command } from 'commander';
import { listRuns, type RunSummary } from '../../lineage/queries/runs.js';
import { print, printJson, table } from '../console.js';
import { noteEnds } from '../note-ends.js';
import { withSession } from '../session.js';

export function registerRuns(program: Command): void {
  program
    .command('runs')
    .description('list runs, newest first')
    .option('--pipeline <name>', 'of one pipeline only')
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'print JSON')
    .action(async (options: { pipeline?: string; limit: string; json?: boolean }) => {
      await withSession({}, async (session) => {
        const filter = options.pipeline === undefined ? {} : { pipeline: options.pipeline };
        await noteEnds(session, filter);
        const runs = await listRuns(session.lineage().database, { ...filter, limit: Number(options.limit) });
        if (options.json === true) return printJson(runs);
        print(runs.length === 0 ? 'No runs yet. Start one: tfx-temporal run <pipeline>' : table(HEADER, runs.map(row)));
      });
    });
}

const HEADER = ['run', 'state', 'outcome', 'begun', 'seconds', 'why'];

function row(run: RunSummary): (string | number)[] {
  return [
    run.workflowId,
    run.state,
    run.outcome ?? run.failure?.code ?? '',
    run.begunAt.slice(0, 19).replace('T', ' '),
    run.durationMs === undefined ? '' : (run.durationMs / 1000).toFixed(1),
    run.reasons[0] ?? run.failure?.message.split('\n')[0] ?? '',
  ];
}
