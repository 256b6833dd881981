import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

/** What happens to a request on its way to S3 or back. */
export type Fault =
  /** The answer's connection breaks after so many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** S3 answers with this status. */
  | { readonly kind: 'status'; readonly status: number }
  /** Runs before the request goes on; a promise that never ends makes it hang. */
  | { readonly kind: 'before'; readonly run: () => Promise<void> };

/** An S3 on this machine, with a network in front of it that can be told to fail. */
export interface TestS3 {
  readonly bucket: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `METHOD path` of every request so far. */
  readonly requests: string[];
  /** Chooses what happens to each request; undefined lets it pass. */
  fault: ((request: IncomingMessage) => Fault | undefined) | undefined;
  close(): Promise<void>;
}

/** The keys that s3rver knows. */
const KEY = 'S3RVER';

/** Starts S3 with one bucket, and names it in this process's environment, where the SDK looks. */
export async function startS3(bucket = 'bucket'): Promise<TestS3> {
  const directory = mkdtempSync(join(tmpdir(), 'tfx-s3-'));
  const options = { address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: bucket }] };
  const s3 = new S3rver(options);
  const { port } = await s3.run();
  const network = createServer((incoming, answer) => pass(started, port, incoming, answer));
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  const environment = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(network.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: KEY,
    AWS_SECRET_ACCESS_KEY: KEY,
  };
  Object.assign(process.env, environment);
  const started: TestS3 = {
    bucket,
    environment,
    requests: [],
    fault: undefined,
    close: async () => {
      network.closeAllConnections();
      network.close();
      await s3.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return started;
}

function pass(s3: TestS3, port: number, incoming: IncomingMessage, answer: ServerResponse): void {
  s3.requests.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
  const fault = s3.fault?.(incoming);
  if (fault?.kind === 'status') {
    incoming.resume();
    return void answer.writeHead(fault.status).end();
  }
  const { method, url, headers } = incoming;
  const forward = (): void => {
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (back) => {
      answer.writeHead(back.statusCode ?? 502, back.headers);
      if (fault?.kind !== 'cut') return void back.pipe(answer);
      back.once('data', (chunk: Buffer) => {
        answer.write(chunk.subarray(0, fault.afterBytes), () => answer.destroy());
        back.destroy();
      });
    });
    onward.on('error', () => answer.destroy());
    incoming.on('close', () => {
      if (!incoming.complete) onward.destroy();
    });
    incoming.pipe(onward);
  };
  if (fault?.kind === 'before') void fault.run().then(forward);
  else forward();
}
