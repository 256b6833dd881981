import { mkdir, mkdtemp } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Contract } from '../../../components/contract.js';
import type { ExecutorContext, ExecutorResult, Implementation, Services } from '../../../components/implement.js';
import { checkParameters, type ParameterSchema } from '../../../components/parameters.js';
import { openExamples, readRows, type ExamplesRow } from '../../../formats/examples.js';

export interface RunOutcome {
  /** The payload folder. */
  readonly path: string;
  readonly result: ExecutorResult;
}

export interface RunSettings {
  readonly threads?: number;
  readonly services?: Services;
  readonly memoryLimitMiB?: number;
}

/** A folder for one test. */
export async function temporaryFolder(): Promise<string> {
  return await mkdtemp(path.join(tmpdir(), 'example-gen-'));
}

/** Runs an ExampleGen's driver and executor in process, as begin and the executor's thread would. */
export async function runExampleGen<C extends Contract>(
  implementation: Implementation<C>,
  given: Readonly<Record<string, unknown>>,
  settings: RunSettings = {},
): Promise<RunOutcome> {
  const checked = checkParameters(implementation.contract.parameters as ParameterSchema, given);
  if (checked.problems.length > 0) throw new Error(checked.problems.join('\n'));
  const folder = await temporaryFolder();
  const place = path.join(folder, 'examples');
  const temporaryPath = path.join(folder, 'temporary');
  await mkdir(place);
  await mkdir(temporaryPath);
  const { signal } = new AbortController();
  const driven = await implementation.driver?.({
    parameters: checked.values,
    inputs: {},
    signal,
    nominalTime: '2026-01-02T03:04:05Z',
  } as never);
  const context = {
    inputs: {},
    parameters: { ...checked.values, ...driven?.parameters },
    outputs: {
      examples: {
        path: place,
        file: (relative: string) => {
          const file = path.join(place, relative);
          mkdirSync(path.dirname(file), { recursive: true });
          return file;
        },
      },
    },
    progress: () => undefined,
    signal,
    resources: { threads: settings.threads ?? 1, memoryLimitMiB: settings.memoryLimitMiB ?? 512, temporaryPath },
    services: settings.services ?? {},
  } as unknown as ExecutorContext<C>;
  const result = await implementation.executor!(context);
  return { path: place, result };
}

/** All rows of a split. */
export async function rowsOf(outcome: RunOutcome, split: string): Promise<ExamplesRow[]> {
  const temporaryPath = await temporaryFolder();
  const opened = await openExamples(path.join(outcome.path, `Split-${split}`), { temporaryPath });
  const rows: ExamplesRow[] = [];
  for await (const chunk of readRows(opened, { temporaryPath })) rows.push(...chunk);
  return rows;
}
