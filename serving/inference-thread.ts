import { parentPort, workerData } from 'node:worker_threads';
import { isPipelineError } from '../errors/pipeline-error.js';
import { openSavedModel, type FeedValues, type SavedModelSession } from '../graph/tensorflow/saved-model-session.js';
import type { SignatureFacts } from './tensor.js';
import type { RunMessage, ThreadData, ThreadMessage } from './thread-protocol.js';

/*
 * One SavedModel in a thread of its own: TensorFlow blocks while it runs, and the server's event loop must not.
 */

const send = (message: ThreadMessage) => parentPort?.postMessage(message);

function describe(session: SavedModelSession): Record<string, SignatureFacts> {
  return Object.fromEntries(
    session.signatures.map((name) => {
      const { inputs, outputs } = session.withSignature(name);
      return [name, { inputs, outputs }];
    }),
  );
}

/** A model must be loadable without `serving_default`, too: then only its named signatures can be asked. */
async function open({ folder }: ThreadData): Promise<SavedModelSession> {
  try {
    return await openSavedModel(folder);
  } catch (error) {
    if (!isPipelineError(error) || error.code !== 'MODEL_SIGNATURE_MISSING') throw error;
    const [first] = /it has ([^\s,]+)/.exec(error.what)?.slice(1) ?? [];
    if (first === undefined || first === 'none.') throw error;
    return await openSavedModel(folder, { signature: first.replace(/\.$/, '') });
  }
}

function run(sessions: Map<string, SavedModelSession>, base: SavedModelSession, message: RunMessage): void {
  const { id, signature, feeds } = message;
  try {
    const session = sessions.get(signature) ?? base.withSignature(signature);
    sessions.set(signature, session);
    send({ kind: 'answer', id, results: session.predict(feeds as unknown as Record<string, FeedValues>) });
  } catch (error) {
    const code = isPipelineError(error) ? error.code : 'INTERNAL';
    send({ kind: 'error', id, code, message: isPipelineError(error) ? error.what : String(error) });
  }
}

try {
  const session = await open(workerData as ThreadData);
  const sessions = new Map<string, SavedModelSession>();
  parentPort?.on('message', (message: RunMessage) => run(sessions, session, message));
  send({ kind: 'loaded', signatures: describe(session) });
} catch (error) {
  send({ kind: 'failed', message: isPipelineError(error) ? error.what : String(error) });
}
