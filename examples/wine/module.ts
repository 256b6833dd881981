import {
  defineSchema,
  denseNetwork,
  float,
  int,
  regression,
  type Features,
  type RunArguments,
  type Transforms,
} from 'tfx-temporal/modules';

const measurement = () => float({ required: true, min: 0 });

export const schema = defineSchema({
  fixed_acidity: measurement(),
  volatile_acidity: measurement(),
  citric_acid: measurement(),
  residual_sugar: measurement(),
  chlorides: measurement(),
  free_sulfur_dioxide: measurement(),
  total_sulfur_dioxide: measurement(),
  density: measurement(),
  pH: float({ required: true, min: 0, max: 14 }),
  sulphates: measurement(),
  alcohol: float({ required: true, min: 0, max: 100 }),
  quality: int({ required: true, min: 0, max: 10 }),
});

export function preprocessing(features: Features<typeof schema>, { zScore, fillMissing }: Transforms) {
  const { quality, ...measurements } = features;
  const inputs = Object.entries(measurements).map(([name, x]) => [name, zScore(fillMissing(x, 0))] as const);
  return { ...Object.fromEntries(inputs), quality };
}

export async function run({ examples, fit, customConfig, seed }: RunArguments) {
  const model = denseNetwork({ layers: [32, 16], head: regression('quality'), seed });
  await fit(model, examples.train, {
    validation: examples.eval,
    epochs: Number(customConfig['epochs']),
    batchSize: 64,
    learningRate: 0.005,
  });
  return model;
}
