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

const SPECIES = ['Adelie', 'Chinstrap', 'Gentoo'];
const ISLANDS = ['Biscoe', 'Dream', 'Torgersen'];

/** How far a span may lie from the one that was last trained on, before that alone is a reason to train again. */
export const schema = defineSchema({
  species: string({ required: true, domain: SPECIES }),
  island: string({ required: true, domain: ISLANDS, drift: { infinityNorm: 0.3 } }),
  beak_length_mm: float({ minFraction: 0.9, min: 20, max: 80, drift: { jensenShannon: 0.2 } }),
  beak_depth_mm: float({ minFraction: 0.9, min: 5, max: 40 }),
  flipper_length_mm: int({ minFraction: 0.9, min: 100, max: 300 }),
  body_mass_g: int({ minFraction: 0.9, min: 1000, max: 10_000, drift: { jensenShannon: 0.2 } }),
  sex: string({}),
});

/** Fixed vocabularies: the weights of a warm start mean the same islands and species in every window. */
export function preprocessing(
  penguin: Features<typeof schema>,
  { applyVocabulary, fillMissing, oneHot, zScore }: Transforms,
) {
  return {
    beak_length_mm: zScore(fillMissing(penguin.beak_length_mm, 44)),
    beak_depth_mm: zScore(fillMissing(penguin.beak_depth_mm, 17)),
    flipper_length_mm: zScore(fillMissing(penguin.flipper_length_mm, 201)),
    body_mass_g: zScore(fillMissing(penguin.body_mass_g, 4200)),
    island: oneHot(applyVocabulary(penguin.island, ISLANDS)),
    species: applyVocabulary(penguin.species, SPECIES),
  };
}

/** `fit` takes over the weights of the base model, if there is one. */
export async function run({ examples, fit, customConfig, seed }: RunArguments) {
  const model = denseNetwork({
    layers: [16, 8],
    head: multiclassClassification('species', { classes: SPECIES }),
    seed,
  });
  await fit(model, examples.train, {
    validation: examples.eval,
    epochs: Number(customConfig['epochs']),
    batchSize: 16,
  });
  return model;
}
