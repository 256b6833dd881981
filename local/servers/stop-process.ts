import type { ChildProcess } from 'node:child_process';

export interface StopStep {
  readonly signal: NodeJS.Signals;
  /** How long to wait for the end before the next step. */
  readonly waitMs: number;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/** Resolves when a process has ended. */
export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child)) resolve();
    else
      child.once('exit', () => {
        resolve();
      });
  });
}

/** Stops a process step by step, ever less politely, and last by SIGKILL. */
export async function stopProcess(child: ChildProcess, steps: readonly StopStep[]): Promise<void> {
  for (const { signal, waitMs } of steps) {
    if (hasEnded(child)) return;
    child.kill(signal);
    if (await endsWithin(child, waitMs)) return;
  }
  child.kill('SIGKILL');
  await ended(child);
}

async function endsWithin(child: ChildProcess, waitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, waitMs);
  });
  const inTime = await Promise.race([ended(child).then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
