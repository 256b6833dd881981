import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Type } from '@sinclair/typebox';
import { defineComponent } from '../../components/contract.js';
import { implement } from '../../components/implement.js';
import { infraValidator } from '../../components/infra-validator/executor.js';
import { writeTinyExamples } from '../support/tiny-examples.js';
import { writeTinyModel } from '../support/tiny-model.js';
import { newBench, newTestRun, runComponent } from './fixture.js';

const Make = defineComponent({
  type: 'Make',
  version: 1,
  cache: 'content',
  inputs: {},
  outputs: { model: 'Model', examples: 'Examples' },
  parameters: Type.Object({}),
});

const make = implement(Make, async ({ outputs }) => {
  await writeTinyModel(outputs.model.path, { head: 'regression', slopes: [2], biases: [1] });
  await writeTinyExamples(outputs.examples.path, 'eval', [{ x: 1, y: 1, city: 'paris' }]);
  return { summary: 'made', properties: { examples: { split_names: '["eval"]' } } };
});

it('a blessing for serving is reused; after a refusal the model is tried again', async () => {
  const bench = await newBench([make, infraValidator]);
  const { outputs } = await runComponent(bench, newTestRun(), { component: 'Make' });
  const inputs = Object.fromEntries(Object.entries(outputs).map(([channel, artifact]) => [channel, [artifact]]));
  const validate = async (signatureNames: readonly string[]): Promise<readonly unknown[]> => {
    const parameters = { signatureNames, numTries: 1 };
    const answer = await runComponent(bench, newTestRun(), { component: 'InfraValidator', inputs, parameters });
    return [answer.outputs['infraBlessing']?.properties['verdict'], answer.cached];
  };
  assert.deepEqual(await validate(['serving_default']), ['INFRA_BLESSED', false]);
  assert.deepEqual(await validate(['serving_default']), ['INFRA_BLESSED', true]);
  assert.deepEqual(await validate(['tomorrow']), ['INFRA_NOT_BLESSED', false]);
  assert.deepEqual(await validate(['tomorrow']), ['INFRA_NOT_BLESSED', false]);
  assert.deepEqual(await validate(['serving_default']), ['INFRA_BLESSED', false], 'refusals came after that blessing');
  assert.deepEqual(await validate(['serving_default']), ['INFRA_BLESSED', true]);
});
