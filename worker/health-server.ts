import fastify from 'fastify';
import { PipelineError } from '../errors/pipeline-error.js';

/** What must hold for a worker to be given work. Each throws, or answers false, when it does not. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<boolean> | boolean>>;

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

const CHECK_TIMEOUT_MS = 3000;

/**
 * Answers `GET /health` (the process lives and its event loop turns) and `GET /ready` (200 when all checks hold, else 503
 * with those that do not).
 * @param address `host:port`, `:port` for loopback; port 0 takes a free one
 * @throws PipelineError CONFIG_INVALID
 */
export async function startHealthServer(address: string, checks: ReadinessChecks): Promise<HealthServer> {
  const { host, port } = parseAddress(address);
  const server = fastify({ bodyLimit: 1024 });
  server.get('/health', () => ({ status: 'ok' }));
  server.get('/ready', async (_, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await holds(check)] as const),
    );
    const ready = results.every(([, result]) => result);
    return await reply.code(ready ? 200 : 503).send({ ready, checks: Object.fromEntries(results) });
  });
  const url = await server.listen({ host, port });
  return { url, close: () => server.close() };
}

async function holds(check: () => Promise<boolean> | boolean): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => void resolve(false), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([Promise.resolve(check()), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** @throws PipelineError CONFIG_INVALID */
export function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(address) ?? [];
  if (port === '' || Number(port) > 65_535) {
    throw new PipelineError('CONFIG_INVALID', {
      what: `'${address}' is no address to listen on`,
      fix: 'Write host:port, e.g. 127.0.0.1:8081.',
    });
  }
  return { host: host === '' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
