import { createServer } from 'node:net';

const LAST_PORT = 65_535;

/**
 * The first free loopback port from `preferred` upward; taken ones are stepped over.
 * @param not - ports that are spoken for though nothing listens on them yet
 */
export async function freePort(preferred: number, not: ReadonlySet<number> = new Set()): Promise<number> {
  for (let port = preferred; port <= LAST_PORT; port += 1) {
    if (!not.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port from ${String(preferred)} upward`);
}

/** Whether a port can be listened on, at the loopback address and at all addresses. */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
