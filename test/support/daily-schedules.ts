import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deleteSchedule, describeSchedule, type PipelineSchedule, pipelineHandle } from '../../client/index.js';
import type { PipelineResult } from '../../workflows/index.js';
import { pluginWorker, type PluginWorker } from './plugin-worker.js';

export interface DailyFiles {
  /** The pattern of `csvExampleGen`. */
  readonly pattern: string;
  /** Lets a date's, or a span's, file arrive; its rows say which it is. */
  add(span: string): void;
}

/** The pipelines of `spans`, schedules of them, and daily files, all removed by `close`. */
export class DailySchedules {
  readonly worker: PluginWorker;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'tfx-schedules-'));
  readonly #names: string[] = [];

  private constructor(worker: PluginWorker) {
    this.worker = worker;
  }

  static async open(): Promise<DailySchedules> {
    return new DailySchedules(await pluginWorker(['spans/pipelines.js']));
  }

  /** A schedule that does not exist yet, with a name of its own: `daily` at two o'clock, unless told otherwise. */
  schedule(facts: Partial<PipelineSchedule>): PipelineSchedule {
    const name = `test-${randomUUID()}`;
    this.#names.push(name);
    const times = facts.every === undefined ? { cron: '0 2 * * *' } : {};
    return { name, pipeline: 'daily', taskQueue: this.worker.taskQueue, ...times, ...facts };
  }

  days(...dates: readonly string[]): DailyFiles {
    return this.#files('{YYYY}-{MM}-{DD}', dates);
  }

  /** Files by the number of a span. */
  spans(): DailyFiles {
    return this.#files('{SPAN}', []);
  }

  /** Results of the first `count` runs of a schedule, by workflow id. */
  async results(name: string, count: number): Promise<Map<string, PipelineResult>> {
    const { client } = this.worker.temporal;
    for (;;) {
      const { recentRuns, running } = await describeSchedule(client, name);
      if (recentRuns.length < count || running.length > 0) {
        await sleep(300);
        continue;
      }
      const found = new Map<string, PipelineResult>();
      for (const { workflowId } of recentRuns) {
        found.set(workflowId, await pipelineHandle(client, workflowId, undefined).result());
      }
      return found;
    }
  }

  async close(): Promise<void> {
    for (const name of this.#names) await this.#end(name).catch(() => undefined);
    await this.worker.close();
    rmSync(this.#folder, { recursive: true });
  }

  async #end(name: string): Promise<void> {
    const { client } = this.worker.temporal;
    const { recentRuns } = await describeSchedule(client, name);
    await deleteSchedule(client, name);
    for (const { workflowId, state } of recentRuns) {
      if (state === 'RUNNING') await client.workflow.getHandle(workflowId).terminate();
    }
  }

  #files(folders: string, spans: readonly string[]): DailyFiles {
    const root = mkdtempSync(path.join(this.#folder, 'days-'));
    const add = (span: string): void => {
      mkdirSync(path.join(root, span));
      writeFileSync(path.join(root, span, 'rows.csv'), `day,n\n${span},1\n${span},2\n`);
    };
    spans.forEach(add);
    return { pattern: `${root}/${folders}/*.csv`, add };
  }
}

/** The number of a day's span. */
export const dayNumber = (date: string): number => Date.parse(date) / 86_400_000;
