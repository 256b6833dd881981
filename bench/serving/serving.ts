/*
 * Requests per second and latency of the model server, beside the same server's /healthz as the bound: it answers
 * without a model. The load generator shares the machine, so these are lower bounds.
 * Run: node dist/bench/serving/serving.js <model base folder> <model name> [seconds] [request body]
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchModelServer } from '../../serving/launch.js';

const [basePath = '', name = 'model', seconds = '3', bodyFile] = process.argv.slice(2);
const body = bodyFile === undefined ? '{"instances": [{}]}' : readFileSync(bodyFile, 'utf8');
const { signal } = new AbortController();

interface Load {
  readonly url: string;
  readonly clients: number;
  readonly body?: string;
}

/** One client after another answer's end asks the next; latencies in ms. */
async function load({ url, clients, body: sent }: Load): Promise<{ perSecond: number; p50: number; p99: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + Number(seconds) * 1000;
  const client = async () => {
    while (performance.now() < end) {
      const from = performance.now();
      await ask(url, agent, sent);
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const elapsed = (performance.now() - started) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) => latencies[Math.floor(q * (latencies.length - 1))] ?? NaN;
  return { perSecond: latencies.length / elapsed, p50: quantile(0.5), p99: quantile(0.99) };
}

async function ask(url: string, agent: Agent, sent: string | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const asked = request(url, { agent, method: sent === undefined ? 'GET' : 'POST' }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${String(response.statusCode)}`));
      response.on('end', resolve).on('error', reject).resume();
    });
    asked.on('error', reject).end(sent);
  });
}

const server = await launchModelServer({ name, basePath, signal });
try {
  const model = `${server.url}/v1/models/${name}`;
  while (!(await (await fetch(model)).text()).includes('AVAILABLE')) await sleep(50);
  for (const clients of [1, 32]) {
    const cases: readonly (readonly [string, Load])[] = [
      ['healthz', { url: `${server.url}/healthz`, clients }],
      ['predict', { url: `${model}:predict`, clients, body }],
    ];
    for (const [what, facts] of cases) {
      await load({ ...facts, clients: 1 });
      const { perSecond, p50, p99 } = await load(facts);
      const figures = [perSecond.toFixed(0), p50.toFixed(2), p99.toFixed(2)];
      process.stdout.write(
        `${what} with ${clients} clients: ${figures[0]} req/s, p50 ${figures[1]} ms, p99 ${figures[2]} ms\n`,
      );
    }
  }
} finally {
  await server.stop();
}
