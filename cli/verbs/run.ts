import type { Command } from 'commander';
import { runFromCommandLine, type RunOptions } from '../run-pipeline.js';

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

export function registerRun(program: Command): void {
  program
    .command('run <pipeline>')
    .description('run a pipeline of tfx.config.ts, watch it, and exit by its outcome')
    .option('-p, --param <name=value>', 'a parameter of the pipeline; may be repeated', collect, [])
    .option('--params <file>', 'parameters as a JSON file; --param wins')
    .option('--name <name>', 'the run is known as <pipeline>/<name>; a time by default')
    .option('--no-cache', 'run every component, also where an earlier execution could be reused')
    .option('--verify', 'read every byte of a cached output before it is reused')
    .option('--detach', 'start it and leave; it needs a worker that keeps running')
    .option('--json', 'print one JSON object at the end')
    .option('--embedded', 'use embedded servers whatever the environment says')
    .addHelpText('after', HELP)
    .action(async (pipeline: string, options: RunOptions) => {
      process.exitCode = await runFromCommandLine(pipeline, options);
    });
}

const HELP = `
Exit codes: 0 pushed or completed · 1 failed · 2 usage · 3 configuration · 4 service unreachable ·
            5 data rejected · 6 not blessed or not evaluated · 7 not servable · 130 parked by Ctrl-C

Examples:
  tfx-temporal run penguin
  tfx-temporal run wine --param data=wine-quality.csv --param epochs=40 --json
  tfx-temporal run wine --params wine.json --no-cache
`;
