import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.js';

/** What one piece of work took, in milliseconds: by the clock, and of all threads together. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Does a piece of work once. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const [before, start] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

/**
 * Does several pieces of work in turn, round after round, so that what else the machine does meets them alike.
 *
 * @returns the costs of each, by round.
 */
export async function inRounds<K extends string>(
  rounds: number,
  works: Readonly<Record<K, () => Promise<unknown>>>,
): Promise<Record<K, Cost[]>> {
  const names = Object.keys(works) as K[];
  const costs = Object.fromEntries(names.map((name) => [name, [] as Cost[]])) as unknown as Record<K, Cost[]>;
  for (let round = 0; round < rounds; round++) for (const name of names) costs[name].push(await costOf(works[name]));
  return costs;
}

/** Medians of the work, and of its ratio to the other in the same round, as `1234 ms (1500 CPU ms)` and `4.1 (CPU 3.9)`. */
export function medianCost(costs: readonly Cost[]): string {
  return `${median(costs.map(({ wall }) => wall)).toFixed(0)} ms (${median(costs.map(({ cpu }) => cpu)).toFixed(0)} CPU ms)`;
}

export function medianRatio(costs: readonly Cost[], others: readonly Cost[]): string {
  const ratio = (of: keyof Cost): string => median(costs.map((cost, i) => cost[of] / others[i]![of])).toFixed(1);
  return `${ratio('wall')} times (CPU ${ratio('cpu')})`;
}

/** The most memory, in MiB, that a process of its own needs that runs the program with the flag `--once <work>`. */
export function peakOf(program: string, work: string, flags: readonly string[]): number {
  const output = execFileSync(process.execPath, [fileURLToPath(program), '--once', work, ...flags], {
    encoding: 'utf8',
  });
  return Number(/^peak (\d+)$/m.exec(output)?.[1]);
}

/** Prints what `peakOf` reads. */
export function printPeak(): void {
  console.log(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)}`);
}
