import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../test/fuzz/random.js';
import type { ChaosProject } from './project.js';
import { type ChaosSchedule, dataOf, dueSpans, SCHEDULES } from './schedules.js';

/** A share of the spans that never arrives. */
const NEVER = 0.04;
/** Seconds before and after its nominal time between which a span arrives. */
const EARLIEST = -6;
const LATEST = 12;

interface Arrival {
  readonly schedule: ChaosSchedule;
  readonly span: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Arrivals {
  /** `<schedule> <span>` of what never arrives. */
  readonly missing: ReadonlySet<string>;
  /** Ends when all has arrived. */
  readonly done: Promise<void>;
}

/** Lets each span arrive at a random moment around its nominal time, whole at once; some never. */
export function startArrivals(project: ChaosProject, random: Random, from: number, until: number): Arrivals {
  const missing = new Set<string>();
  const arrivals: Arrival[] = [];
  for (const schedule of SCHEDULES) {
    for (const span of dueSpans(schedule, from, until)) {
      const delay = EARLIEST + random.next() * (LATEST - EARLIEST);
      if (random.chance(NEVER)) missing.add(`${schedule.name} ${span}`);
      else arrivals.push({ schedule, span, at: (span * schedule.periodSeconds + delay) * 1000 });
    }
  }
  return { missing, done: arrive(project, arrivals) };
}

async function arrive(project: ChaosProject, arrivals: readonly Arrival[]): Promise<void> {
  for (const { schedule, span, at } of [...arrivals].sort((a, b) => a.at - b.at)) {
    await sleep(Math.max(0, at - Date.now()));
    const folder = dataOf(schedule, project);
    const partial = path.join(folder, `.span-${span}`);
    mkdirSync(partial, { recursive: true });
    writeFileSync(path.join(partial, 'rows.csv'), rows(span));
    renameSync(partial, path.join(folder, `span-${span}`));
  }
}

/** Numbers of a line whose slope is the span's. */
function rows(span: number): string {
  const lines = Array.from({ length: 120 }, (_, i) => `${i / 100},${((span % 97) * i) / 100}`);
  return ['x,y', ...lines, ''].join('\n');
}
