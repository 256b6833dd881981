import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

interface Facts {
  readonly parent: number;
  readonly ticks: number;
}

/** CPU seconds of processes, of all that they started, and of what of that has ended. Linux only. */
export function cpuSeconds(roots: readonly (number | undefined)[]): number {
  const processes = new Map<number, Facts>();
  for (const name of readdirSync('/proc')) {
    const facts = /^\d+$/.test(name) ? factsOf(name) : undefined;
    if (facts !== undefined) processes.set(Number(name), facts);
  }
  const isBelow = (pid: number): boolean => {
    if (roots.includes(pid)) return true;
    const parent = processes.get(pid)?.parent;
    return parent !== undefined && parent > 1 && isBelow(parent);
  };
  let ticks = 0;
  for (const [pid, facts] of processes) if (isBelow(pid)) ticks += facts.ticks;
  return ticks / TICKS_PER_SECOND;
}

function factsOf(pid: string): Facts | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const at = (index: number): number => fields[index] ?? 0;
    // Its own time and that of its ended children, each by itself and in the kernel.
    return { parent: at(1), ticks: at(11) + at(12) + at(13) + at(14) };
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

/** Resident memory of one process in MiB: now, and the most it ever was. */
export function memoryMiB(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** The load of the machine over the last minute: a measurement beside other work says little. */
export function load(): string {
  return readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? '';
}
