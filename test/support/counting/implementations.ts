import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '../../../components/implement.js';
import { Count, Nothing, Show, Sum } from './contracts.js';

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
    writeFileSync(path.join(checkpoints.path, STATE), JSON.stringify({ step, total } satisfies State));
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

export const nothing = implement(Nothing, { driver: () => Promise.resolve({ summary: 'found nothing' }) });

export const show = implement(Show, async ({ parameters, outputs }) => {
  writeFileSync(outputs.shown.file('shown.txt'), parameters.text);
  return await Promise.resolve({ summary: 'shown' });
});
