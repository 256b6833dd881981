import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { implement } from '../../components/implement.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { defineComponent, Type } from '../../workflows/index.js';

const Probe = defineComponent({
  type: 'Probe',
  version: 1,
  cache: 'content',
  inputs: {},
  outputs: { result: 'Result' },
  parameters: Type.Object({ mode: Type.String() }),
});

/** An executor that does what its `mode` says: for tests of threads. */
export const probe = implement(Probe, async (context) => {
  const { outputs, progress, checkpoints, loadModule, signal } = context;
  switch (context.parameters.mode) {
    case 'work': {
      progress({ done: 1, total: 2 });
      checkpoints.save({ step: 1 });
      writeFileSync(outputs.result.file('a/b.txt'), 'written');
      const { answer } = await loadModule('m');
      return { summary: `in a thread: ${!isMainThread}, module said ${(answer as () => number)()}` };
    }
    case 'spin':
      spinUntil(Date.now() + 500);
      break;
    case 'spin-forever':
      spinUntil(Infinity);
      break;
    case 'listen':
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('heard it'))));
      break;
    case 'coded':
      throw new PipelineError('MODULE_UNKNOWN', { what: 'from the probe' });
    case 'throw':
      throw new RangeError('too far');
    case 'module':
      await loadModule('unknown');
      break;
    case 'exit':
      process.exit(7);
      break;
    case 'escape':
      outputs.result.file('../outside.txt');
  }
  return { summary: 'done' };
});

function spinUntil(end: number): void {
  while (Date.now() < end) Math.sqrt(end);
}
