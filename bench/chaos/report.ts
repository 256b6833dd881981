import { median, row } from '../support/statistics.js';
import type { WorkerLife } from './killer.js';
import type { ScheduleVerdict } from './verdict.js';

export function printSchedules(schedules: readonly ScheduleVerdict[]): void {
  console.log(row('schedule', ['due', 'runs', 'left out']));
  for (const { name, due, runs, leftOut, ends } of schedules) {
    const detail = Object.entries(ends).map(([end, count]) => `${end} ${count}`);
    console.log(`${row(name, [due, runs, leftOut].map(String))}   ${detail.join(', ')}`);
  }
}

export function printLives(lives: readonly WorkerLife[]): void {
  const killed = lives.filter(({ wasKilled }) => wasKilled).length;
  const last = lives.at(-1);
  const peak = Math.max(...lives.map((life) => life.peak));
  const age = last === undefined ? 0 : (last.ended - last.begun) / 1000;
  console.log(
    `${lives.length} workers seen, ${killed} killed; memory in MiB: peak ${peak.toFixed(0)}, ` +
      `median of peaks ${median(lives.map((life) => life.peak)).toFixed(0)}, ` +
      `the last one after ${age.toFixed(0)} s ${last?.now.toFixed(0) ?? '?'}`,
  );
}
