import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '../../../components/implement.js';
import { filesOfPart, implementInParts, planByFiles } from '../../../components/parts.js';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { Count, Nothing, Show, Sum, Tally } from './contracts.js';

export const count = implement(Count, async ({ parameters, outputs }) => {
  if (parameters.fail) throw new Error('asked to fail');
  const numbers = Array.from({ length: parameters.size }, (_, i) => i + 1);
  writeFileSync(outputs.numbers.file('numbers.json'), JSON.stringify(numbers));
  return await Promise.resolve({
    summary: `${numbers.length} numbers`,
    properties: { numbers: { size: numbers.length } },
  });
});

/** Where a step leaves what was added up so far. */
const STATE = 'state.json';

interface State {
  readonly step: number;
  readonly total: number;
}

export const sum = implement(Sum, async ({ inputs, parameters, outputs, checkpoints, progress, signal }) => {
  const numbers = inputs.numbers.flatMap(
    (input) => JSON.parse(readFileSync(path.join(input.path, 'numbers.json'), 'utf8')) as number[],
  );
  let { step, total } = resumed(checkpoints.resume?.path);
  const first = step;
  for (; step < parameters.steps;) {
    if (!parameters.deaf) signal.throwIfAborted();
    await sleep(parameters.stepMs);
    if (step === 0) total = numbers.reduce((a, b) => a + b, 0);
    step++;
    const state = path.join(checkpoints.path, STATE);
    writeFileSync(`${state}.part`, JSON.stringify({ step, total } satisfies State));
    renameSync(`${state}.part`, state);
    checkpoints.save({ step });
    progress({ phase: 'add', done: step, total: parameters.steps, unit: 'steps' });
  }
  writeFileSync(outputs.sum.file('total.txt'), String(total));
  return { summary: `sum ${total}`, properties: { sum: { total } }, metrics: { total, firstStep: first } };
});

function resumed(folder: string | undefined): State {
  const file = folder === undefined ? '' : path.join(folder, STATE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as State) : { step: 0, total: 0 };
}

const readNumbers = (folder: string, file: string): number[] =>
  JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as number[];
const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export const tally = implementInParts(Tally, {
  parts: {
    plan: ({ inputs, wanted }) =>
      planByFiles(
        inputs.numbers.flatMap(({ files }) => files),
        wanted,
      ),
    map: async ({ inputs, parameters, part, state, progress, signal }) => {
      const own = filesOfPart(
        inputs.numbers.map((input) => ({ ...input, size: 1 })),
        part,
      );
      progress({ phase: 'add', done: 0, total: own.length });
      await sleep(parameters.partMs, undefined, { signal });
      if (part.index === parameters.failingPart) throw new PipelineError('ARTIFACT_CORRUPTED', { what: 'a bad part' });
      const sums = own.map((input) => total(readNumbers(input.path, 'numbers.json')));
      writeFileSync(state.file('sums.json'), JSON.stringify(sums));
      return { summary: `${sums.length} sums` };
    },
    reduce: async ({ states, outputs }) => {
      const sum = total(states.flatMap((state) => readNumbers(state.path, 'sums.json')));
      writeFileSync(outputs.sum.file('total.txt'), String(sum));
      return await Promise.resolve({ summary: `sum ${sum}`, properties: { sum: { total: sum } } });
    },
  },
});

export const nothing = implement(Nothing, { driver: () => Promise.resolve({ summary: 'found nothing' }) });

export const show = implement(Show, async ({ parameters, outputs }) => {
  writeFileSync(outputs.shown.file('shown.txt'), parameters.text);
  return await Promise.resolve({ summary: 'shown' });
});
