import { readdirSync, readFileSync } from 'node:fs';

/** Every process that a supervisor starts carries this variable, with the state folder's path, as do its descendants. */
export const SUPERVISED_VARIABLE = 'TFX_TEMPORAL_SUPERVISED';

/** Process ids of this user that a supervisor of a state folder started, other than this process. Linux only. */
export function supervisedProcesses(state: string): number[] {
  const marker = `${SUPERVISED_VARIABLE}=${state}`;
  return processIds().filter((pid) => pid !== process.pid && environmentOf(pid).includes(marker));
}

/** Ends what a supervisor that was killed has left running. @returns how many processes that were */
export function endLeftovers(state: string): number {
  const leftovers = supervisedProcesses(state);
  for (const pid of leftovers) signal(pid, 'SIGKILL');
  return leftovers.length;
}

/** Whether a process lives and is not a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const stat = read(`/proc/${String(pid)}/stat`);
  return stat === '' || stat.slice(stat.lastIndexOf(')')).charAt(2) !== 'Z';
}

/** A process's command line, its words separated by blanks; empty when it is gone. Linux only. */
export function commandLineOf(pid: number): string {
  return read(`/proc/${String(pid)}/cmdline`).replaceAll('\0', ' ');
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): readonly string[] {
  return read(`/proc/${String(pid)}/environ`).split('\0');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
}
