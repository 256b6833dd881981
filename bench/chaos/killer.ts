import { setTimeout as sleep } from 'node:timers/promises';
import { localStatus } from '../../local/index.js';
import type { Random } from '../../test/fuzz/random.js';
import { memoryMiB } from '../support/process-usage.js';

/** Seconds that a worker lives: from the moment it is ready, or, sometimes, before that. */
const SHORTEST = 2;
const LONGEST = 30;
const DURING_START = 0.25;

export interface WorkerLife {
  readonly pid: number;
  readonly begun: number;
  ended: number;
  /** Resident memory in MiB when it was last looked at, and the most there ever was. */
  now: number;
  peak: number;
  wasKilled: boolean;
}

/** Kills the project's worker at random moments until told to stop, and watches the memory of each. */
export class Killer {
  readonly lives: WorkerLife[] = [];
  readonly #random: Random;
  #killing = true;
  #watching = true;
  readonly #work: Promise<unknown>;

  constructor(random: Random) {
    this.#random = random;
    this.#work = Promise.all([this.#kill(), this.#watch()]);
  }

  /** Kills no more; goes on watching. */
  spare(): void {
    this.#killing = false;
  }

  async stop(): Promise<void> {
    this.#killing = false;
    this.#watching = false;
    await this.#work;
  }

  async #kill(): Promise<void> {
    // The supervisor gives up a worker that dies three times in a row before it was ready.
    let diedEarly = false;
    while (this.#killing) {
      const early: boolean = !diedEarly && this.#random.chance(DURING_START);
      const pid = early ? await this.#workerPid(false) : await this.#workerPid(true);
      await sleep(1000 * (early ? this.#random.next() * 3 : SHORTEST + this.#random.next() * (LONGEST - SHORTEST)));
      if (this.#isSpared() || pid === undefined) return;
      diedEarly = early;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        continue; // It has ended by itself.
      }
      const life = this.lives.find((each) => each.pid === pid);
      if (life !== undefined) life.wasKilled = true;
      await sleep(300);
    }
  }

  /** Asked after a wait, in which it may have changed. */
  #isSpared(): boolean {
    return !this.#killing;
  }

  async #workerPid(ready: boolean): Promise<number | undefined> {
    while (this.#killing) {
      const status = await localStatus();
      if (status.running && status.workerPid !== undefined && (!ready || status.workerReady)) return status.workerPid;
      await sleep(200);
    }
    return undefined;
  }

  async #watch(): Promise<void> {
    while (this.#watching) {
      const status = await localStatus();
      if (status.running && status.workerPid !== undefined) this.#look(status.workerPid);
      await sleep(1000);
    }
  }

  #look(pid: number): void {
    const at = Date.now();
    try {
      const { now, peak } = memoryMiB(pid);
      if (Number.isNaN(now)) return; // It is being torn down.
      const life = this.lives.find((each) => each.pid === pid);
      if (life === undefined) this.lives.push({ pid, begun: at, ended: at, now, peak, wasKilled: false });
      else Object.assign(life, { ended: at, now, peak });
    } catch {
      // It has ended meanwhile.
    }
  }
}
