import { writeFileSync } from 'node:fs';
import { implement } from '../../components/implement.js';
import { HeavyStep, LightStep } from './contracts.js';

export const lightStep = implement(LightStep, async ({ parameters, outputs }) => {
  writeFileSync(outputs.step.file('step.txt'), parameters.salt);
  return await Promise.resolve({ summary: 'a step' });
});

export const heavyStep = implement(HeavyStep, async ({ parameters, outputs }) => {
  writeFileSync(outputs.step.file('step.txt'), parameters.salt);
  return await Promise.resolve({ summary: 'a step' });
});
