/*
 * A whole pipeline on a warm worker and the embedded servers: cold (no cache) and cached, with the share of each
 * component, and what the command adds to that. Medians; CPU seconds are those of worker, servers and what they start.
 * Run: node dist/bench/pipeline.js [pipeline] [repeats] [name=value ...], e.g. wine 5 data=wine-quality.csv
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { workerSpec } from '../cli/worker-spec.js';
import { connect, startPipeline } from '../client/index.js';
import { connectLocal, localStatus } from '../local/index.js';
import { loadConfig } from '../worker/load-config.js';
import { sharesOf, type RunShares, type Share } from './support/history-shares.js';
import { median, milliseconds as ms, row, seconds } from './support/statistics.js';
import { cpuSeconds, load } from './support/process-usage.js';

const [pipeline = 'wine', repeats = '3', ...given] = process.argv.slice(2);
const parameters: Readonly<Record<string, string>> = Object.fromEntries(
  given.map((text): [string, string] => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
);

interface Run extends RunShares {
  readonly cpu: number;
}

const config = await loadConfig();
const local = await connectLocal({ worker: await workerSpec(config) });
const temporal = await connect({ address: local.temporalAddress });
try {
  await run(true);
  const cold: Run[] = [];
  const cached: Run[] = [];
  for (let i = 0; i < Number(repeats); i++) {
    cold.push(await run(false));
    cached.push(await run(true));
  }
  print(`${pipeline}, cold`, cold);
  print(`${pipeline}, cached`, cached);
  await printCommand();
} finally {
  await temporal.close();
  await local.release();
}

async function run(cache: boolean): Promise<Run> {
  const status = await localStatus();
  const pids = status.running ? [status.supervisorPid] : [];
  const before = cpuSeconds(pids);
  const handle = await startPipeline(temporal.client, pipeline, { parameters, taskQueue: config.taskQueue, cache });
  await handle.result();
  const cpu = cpuSeconds(pids) - before;
  return { ...sharesOf(await handle.client.workflow.getHandle(handle.workflowId, handle.runId).fetchHistory()), cpu };
}

function print(title: string, runs: readonly Run[]): void {
  const totals = runs.map(({ total }) => total);
  console.log(
    `\n${title}: ${seconds(Math.min(...totals))} / ${seconds(median(totals))} s (min / median of ${runs.length}), ` +
      `${median(runs.map(({ cpu }) => cpu)).toFixed(2)} CPU s, load ${load()}`,
  );
  console.log(row('component', ['begin', 'executor', 'publish', 'queueing']));
  for (const { node } of runs[0]?.nodes ?? []) {
    const shares = runs.flatMap(({ nodes }) => nodes.filter((share) => share.node === node));
    const part = (name: Exclude<keyof Share, 'node'>): string => ms(median(shares.map((share) => share[name])));
    console.log(row(node, [part('begin'), part('executor'), part('publish'), part('queueing')]));
  }
  console.log(row('workflow tasks between', [ms(median(runs.map(({ between }) => between)))]));
}

/** What a person waits for at a cached run: the whole command, beside the run in it. */
async function printCommand(): Promise<void> {
  const program = fileURLToPath(new URL('../../bin/tfx-temporal.mjs', import.meta.url));
  const time = async (args: readonly string[]): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < Number(repeats); i++) {
      const start = performance.now();
      await promisify(execFile)(process.execPath, [program, ...args], { cwd: config.root });
      times.push(performance.now() - start);
    }
    return median(times);
  };
  const words = given.flatMap((text) => ['--param', text]);
  console.log(`\ncommand \`--help\`: ${ms(await time(['--help']))} ms`);
  console.log(`command \`run ${pipeline}\`, cached, everything up: ${ms(await time(['run', pipeline, ...words]))} ms`);
}
