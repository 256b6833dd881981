import { denseNetwork, regression, type RunArguments } from '../../modules.js';

export async function run({ examples, fit, seed }: RunArguments) {
  const model = denseNetwork({ layers: [4], head: regression('y'), seed });
  await fit(model, examples.train, { validation: examples.eval, epochs: 2, batchSize: 32 });
  return model;
}
