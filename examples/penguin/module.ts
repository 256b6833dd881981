import {
  defineSchema,
  denseNetwork,
  float,
  int,
  multiclassClassification,
  string,
  type Features,
  type RunArguments,
  type Transforms,
} from 'tfx-temporal/modules';

/** Two of the 344 penguins were not measured and ten not sexed, so features may be missing; one sex is a stray dot. */
export const schema = defineSchema({
  species: string({ required: true, domain: ['Adelie', 'Chinstrap', 'Gentoo'] }),
  island: string({ required: true, domain: ['Biscoe', 'Dream', 'Torgersen'] }),
  beak_length_mm: float({ minFraction: 0.9, min: 20, max: 80 }),
  beak_depth_mm: float({ minFraction: 0.9, min: 5, max: 40 }),
  flipper_length_mm: int({ minFraction: 0.9, min: 100, max: 300 }),
  body_mass_g: int({ minFraction: 0.9, min: 1000, max: 10_000 }),
  sex: string({ minFraction: 0.9, domain: ['FEMALE', 'MALE'], minDomainMass: 0.98 }),
});

export function preprocessing(
  { species, island, sex, ...measurements }: Features<typeof schema>,
  { zScore, fillMissing, vocabulary, oneHot }: Transforms,
) {
  return {
    beak_length_mm: zScore(fillMissing(measurements.beak_length_mm, 44)),
    beak_depth_mm: zScore(fillMissing(measurements.beak_depth_mm, 17)),
    flipper_length_mm: zScore(fillMissing(measurements.flipper_length_mm, 201)),
    body_mass_g: zScore(fillMissing(measurements.body_mass_g, 4200)),
    island: oneHot(vocabulary(island)),
    sex: oneHot(vocabulary(fillMissing(sex, 'unknown'))),
    species: vocabulary(species),
  };
}

export async function run({ examples, fit, customConfig, seed }: RunArguments) {
  const model = denseNetwork({ layers: [16, 8], head: multiclassClassification('species'), seed });
  await fit(model, examples.train, {
    validation: examples.eval,
    epochs: Number(customConfig['epochs']),
    batchSize: 16,
  });
  return model;
}
