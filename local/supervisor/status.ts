import { setTimeout as sleep } from 'node:timers/promises';
import { statePaths } from '../state.js';
import { onLines, sendLine } from './message-lines.js';
import type { SupervisorMessage, SupervisorStatus } from './protocol.js';
import { connectTo } from './supervisor-connection.js';

export type LocalStatus = { readonly running: false } | ({ readonly running: true } & SupervisorStatus);

const ANSWER_MS = 3000;
const STOP_MS = 40_000;

/** Whether the embedded servers run, and where; nothing is started. Servers that are still starting count as not running. */
export async function localStatus(state?: string): Promise<LocalStatus> {
  const socket = await connectTo(statePaths(state).socket);
  if (socket === undefined) return { running: false };
  const status = await new Promise<SupervisorStatus | undefined>((resolve) => {
    onLines(socket, (line) => {
      const message = line as SupervisorMessage;
      if (message.type === 'status') resolve(message.status);
    });
    socket.once('close', () => {
      resolve(undefined);
    });
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    sendLine(socket, { type: 'status' });
  });
  socket.destroy();
  return status === undefined ? { running: false } : { running: true, ...status };
}

/** Stops the embedded servers now, whoever uses them. Runs go on at the next start. @returns whether they ran */
export async function stopLocal(state?: string): Promise<boolean> {
  const { socket: path } = statePaths(state);
  const socket = await connectTo(path);
  if (socket === undefined) return false;
  const closed = new Promise<void>((resolve) =>
    socket.once('close', () => {
      resolve();
    }),
  );
  socket.resume();
  sendLine(socket, { type: 'stop' });
  await Promise.race([closed, sleep(STOP_MS, undefined, { ref: false })]);
  socket.destroy();
  return true;
}
