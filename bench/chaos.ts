/*
 * A trial of durability: three schedules, every few seconds, over spans that arrive while it goes on (early, late, or
 * never), while the project's worker is killed (SIGKILL) at random moments. Then a verdict: each time that was due has
 * one finished run or a stated reason, and lineage, artifacts and pushed versions are whole, each thing once.
 * Embedded servers and a project folder of its own. It exits with 1 when anything is wrong.
 * Run: node dist/bench/chaos.js [minutes, 10] [seed]
 */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createSchedule } from '../client/index.js';
import { stopLocal } from '../local/index.js';
import { Random } from '../test/fuzz/random.js';
import { startArrivals } from './chaos/arrivals.js';
import { Killer } from './chaos/killer.js';
import { openProject } from './chaos/project.js';
import { printLives, printSchedules } from './chaos/report.js';
import { SCHEDULES, scheduleOf } from './chaos/schedules.js';
import { tracesVerdict, type Trial, verdictOf } from './chaos/verdict.js';

const MINUTES = Number(process.argv[2] ?? 10);
const SEED = Number(process.argv[3] ?? Date.now() % 1_000_000);
/** When the schedules have ended and no run has ended for so long, those that are left are taken for stuck. */
const STUCK_MS = 3 * 60_000;
/** More than this of one worker, in MiB, is a problem: three or four times what it needs. */
const MEMORY_LIMIT = 1536;

console.log(`chaos: ${MINUTES} minutes, seed ${SEED}`);
const project = await openProject();
const temporal = await connect({ address: project.local.temporalAddress });
const from = Math.ceil(Date.now() / 1000) + 8;
const until = from + MINUTES * 60;
const arrivals = startArrivals(project, new Random(SEED), from, until);
const trial: Trial = { project, temporal, from, until, missing: arrivals.missing };
for (const schedule of SCHEDULES) await createSchedule(temporal.client, scheduleOf(schedule, project, from, until));
const killer = new Killer(new Random(SEED + 1));

await untilAllHasEnded();
await killer.stop();
const problems = await judge();
await temporal.close();
await stopLocal();
await project.local.release();
for (const problem of problems) console.log(`✖ ${problem}`);
if (problems.length === 0) {
  await rm(project.folder, { recursive: true, force: true });
  console.log('✔ Every time that was due has one run or a reason; nothing is open, twice, or half.');
} else console.log(`Everything is kept in ${project.folder}`);
process.exit(problems.length === 0 ? 0 : 1);

async function untilAllHasEnded(): Promise<void> {
  let last = { going: 0, at: Date.now() };
  for (let tick = 1; Date.now() < Math.max(until * 1000, last.at) + STUCK_MS; tick++) {
    await sleep(5000);
    const isOver = Date.now() > until * 1000;
    if (isOver) killer.spare();
    const schedules = await verdictOf(trial);
    const going = schedules.reduce((sum, { stillGoing }) => sum + stillGoing, 0);
    if (isOver && going === 0) return;
    if (going !== last.going) last = { going, at: Date.now() };
    if (tick % 12 === 0) {
      const ended = schedules.map(({ name, runs, due }) => `${name} ${runs} of ${due}`).join(', ');
      console.log(`${(tick * 5) / 60} min: ${ended}; ${killer.lives.length} workers so far`);
    }
  }
}

async function judge(): Promise<string[]> {
  const schedules = await verdictOf(trial);
  printSchedules(schedules);
  printLives(killer.lives);
  const fat = killer.lives.filter(({ peak }) => peak > MEMORY_LIMIT);
  return [
    ...schedules.flatMap((schedule) => schedule.problems),
    ...schedules.filter(({ stillGoing }) => stillGoing > 0).map(({ name }) => `${name} has not come to its end`),
    ...(await tracesVerdict(trial)),
    ...fat.map(({ pid, peak }) => `worker ${pid} took ${peak.toFixed(0)} MiB`),
  ];
}
