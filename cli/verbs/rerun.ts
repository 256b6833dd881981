import type { Command } from 'commander';
import { rerunPipeline, retryPipeline } from '../../client/index.js';
import { loadPipelines } from '../../worker/load-pipelines.js';
import { requireRun } from '../find-run.js';
import { readParameters } from '../parameters.js';
import { findPipeline, followRun } from '../run-pipeline.js';
import { withSession } from '../session.js';
import { startedBy } from '../started-by.js';

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

interface RerunFlags {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly param: readonly string[];
  readonly params?: string;
  readonly name?: string;
  readonly detach?: boolean;
  readonly json?: boolean;
}

export function registerRerun(program: Command): void {
  program
    .command('rerun <run>')
    .description('run a part of a run again; the other nodes are taken over from it, as CACHED')
    .requiredOption('--from <node>', 'run this node and all that takes its outputs; may be repeated', collect, [])
    .option('--to <node>', 'stop there; may be repeated', collect, [])
    .option('-p, --param <name=value>', 'a parameter that shall differ; may be repeated', collect, [])
    .option('--params <file>', 'parameters as a JSON file; --param wins')
    .option('--name <name>', 'the new run is known as <pipeline>/<name>')
    .option('--detach', 'start it and leave')
    .option('--json', 'print one JSON object at the end')
    .action(async (name: string, flags: RerunFlags) => {
      process.exitCode = await withSession({ worker: true }, async (session) => {
        const run = await requireRun(session, name);
        const pipeline = findPipeline(run.pipeline, await loadPipelines(session.config.pipelines));
        const handle = await rerunPipeline({
          client: (await session.temporal()).client,
          lineage: session.lineage(),
          run,
          taskQueue: session.config.taskQueue,
          startedBy: startedBy(),
          from: flags.from,
          ...(flags.to.length === 0 ? {} : { to: flags.to }),
          parameters: await readParameters(pipeline.parameters, flags.param, flags.params),
          ...(flags.name === undefined ? {} : { name: flags.name }),
        });
        return await followRun(handle, session, flags);
      });
    });
}

export function registerRetry(program: Command): void {
  program
    .command('retry <run>')
    .description('go on with a failed or cancelled run, from where it stopped')
    .option('--detach', 'start it and leave')
    .option('--json', 'print one JSON object at the end')
    .action(async (name: string, flags: { detach?: boolean; json?: boolean }) => {
      process.exitCode = await withSession({ worker: true }, async (session) => {
        const run = await requireRun(session, name);
        const handle = await retryPipeline({
          client: (await session.temporal()).client,
          lineage: session.lineage(),
          run,
          taskQueue: session.config.taskQueue,
          startedBy: startedBy(),
        });
        return await followRun(handle, session, flags);
      });
    });
}
