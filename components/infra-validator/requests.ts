import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningModelServer } from './model-server-service.js';

/** Why a model cannot be served, in a sentence: the outcome of a try, not a fault of ours. */
export class NotServable extends Error {
  override readonly name = 'NotServable';
}

interface Status {
  readonly model_version_status?: readonly {
    readonly state: string;
    readonly status: { readonly error_message: string };
  }[];
}

/** Waits until the model is loaded. @throws NotServable when it cannot be, or not in time */
export async function waitUntilLoaded(
  server: RunningModelServer,
  name: string,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const ended = server.exit();
    if (ended !== undefined) throw new NotServable(`the model server ended while it loaded the model: ${ended}`);
    const [status] = (await statusOf(server, name, signal)).model_version_status ?? [];
    if (status?.state === 'AVAILABLE') return;
    if (status?.state === 'END') throw new NotServable(`the model cannot be loaded: ${status.status.error_message}`);
    if (Date.now() > deadline) throw new NotServable(`the model was not loaded within ${seconds} s`);
    await sleep(50, undefined, { signal });
  }
}

async function statusOf({ url }: RunningModelServer, name: string, signal: AbortSignal): Promise<Status> {
  try {
    const response = await fetch(`${url}/v1/models/${name}`, { signal });
    return (await response.json()) as Status;
  } catch {
    signal.throwIfAborted();
    return {}; // It may just have ended: the next turn finds out.
  }
}

export interface Query {
  readonly name: string;
  readonly signatureName: string;
  readonly examples: readonly Uint8Array[];
  readonly signal: AbortSignal;
}

/** Sends each example as a request of its own. @throws NotServable when one is not answered well */
export async function queryModel(server: RunningModelServer, query: Query): Promise<void> {
  const { name, signatureName, examples, signal } = query;
  for (const [index, example] of examples.entries()) {
    const instance = { b64: Buffer.from(example).toString('base64') };
    const which = `example ${index + 1} of ${examples.length} with signature ${signatureName}`;
    const { status, text } = await post(`${server.url}/v1/models/${name}:predict`, signal, {
      signature_name: signatureName,
      instances: [instance],
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      const ended = server.exit();
      throw new NotServable(`${which} was not answered: ${ended ?? (error as Error).message}`);
    });
    if (status !== 200) throw new NotServable(`${which} was refused with status ${status}: ${errorOf(text)}`);
    if (!text.includes('"predictions"')) throw new NotServable(`${which} was answered without predictions`);
  }
}

async function post(url: string, signal: AbortSignal, body: unknown): Promise<{ status: number; text: string }> {
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal: timeout });
  return { status: response.status, text: await response.text() };
}

function errorOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return (typeof error === 'string' ? error : text).slice(0, 300);
  } catch {
    return text.slice(0, 300);
  }
}
