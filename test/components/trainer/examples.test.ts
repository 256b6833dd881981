import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import type { Run } from '../../../components/trainer/user-api.js';
import * as penguin from '../../../examples/penguin/module.js';
import * as wine from '../../../examples/wine/module.js';
import type { SchemaProto } from '../../../formats/schema-proto.js';
import { examplesOf, schemaOf, train, transformed, type RawRows } from './train-fixture.js';

const root = await mkdtemp(path.join(tmpdir(), 'tfx-trainer-examples-'));
after(() => rm(root, { recursive: true, force: true }));

interface Module {
  readonly schema: unknown;
  readonly preprocessing: unknown;
  readonly run: Run;
}

async function trainModule(module: Module, rows: RawRows) {
  const examples = await examplesOf(root, rows);
  const schema = await schemaOf(root, module.schema as SchemaProto);
  const ready = await transformed(root, { examples, schema, preprocessing: module.preprocessing });
  return await train(root, { ...ready, run: module.run, customConfig: { epochs: 2 } });
}

const between = (low: number, high: number, at: number) =>
  (low + ((high - low) * (Math.sin(at * 7.3) + 1)) / 2).toFixed(3);

const penguins: RawRows = Array.from({ length: 150 }, (_, i) => ({
  species: ['Adelie', 'Chinstrap', 'Gentoo'][i % 3],
  island: ['Biscoe', 'Dream', 'Torgersen'][(i + (i % 2)) % 3],
  beak_length_mm: i % 29 === 0 ? undefined : between(32, 60, i),
  beak_depth_mm: between(13, 21, i + 1),
  flipper_length_mm: 172 + (i % 50),
  body_mass_g: 2700 + (i % 31) * 100,
  sex: i % 17 === 0 ? undefined : i % 2 === 0 ? 'FEMALE' : 'MALE',
}));

const wines: RawRows = Array.from({ length: 200 }, (_, i) => ({
  ...Object.fromEntries(
    ['fixed_acidity', 'volatile_acidity', 'citric_acid', 'residual_sugar', 'chlorides', 'free_sulfur_dioxide'].map(
      (name, at) => [name, between(0.1, 9, i + at * 31)],
    ),
  ),
  total_sulfur_dioxide: between(10, 200, i * 3),
  density: between(0.98, 1.01, i * 5),
  pH: between(2.9, 3.6, i * 11),
  sulphates: between(0.3, 0.9, i * 13),
  alcohol: between(8, 14, i * 17),
  quality: 3 + (i % 6),
}));

describe('the models of the examples compile:', () => {
  it('penguin', async () => {
    const { result } = await trainModule(penguin, penguins);
    assert.equal(result.properties?.['model']?.['training'], 'compiled');
  });

  it('wine', async () => {
    const { result } = await trainModule(wine, wines);
    assert.equal(result.properties?.['model']?.['training'], 'compiled');
  });
});
