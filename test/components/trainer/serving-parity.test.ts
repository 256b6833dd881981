import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { TrainingExamples } from '../../../components/trainer/training-examples.js';
import {
  denseNetwork,
  multiclassClassification,
  regression,
  type Run,
  type TrainableModel,
} from '../../../components/trainer/user-api.js';
import type { InputArtifact } from '../../../components/implement.js';
import { defineSchema, float, int, string } from '../../../formats/define-schema.js';
import { openExamples, readRows } from '../../../formats/examples.js';
import type { SchemaProto } from '../../../formats/schema-proto.js';
import { encodeExample, type ExampleRow } from '../../../formats/tf-example.js';
import { openSavedModel, type SavedModelSession } from '../../../graph/tensorflow/saved-model-session.js';
import { sharedPath } from '../../support/shared.js';
import { examplesOf, schemaOf, train, transformed, type RawRows } from './train-fixture.js';

const root = await mkdtemp(path.join(tmpdir(), 'tfx-parity-'));
after(() => rm(root, { recursive: true, force: true }));

const split = (examples: InputArtifact, name: string) =>
  examples.splits.find((one) => one.name === name)?.path as string;
const resources = { threads: 1, memoryLimitMiB: 256, temporaryPath: root };

/** Every raw row of a split as a serialized tf.Example: what a client would send. */
async function serialized(folder: string): Promise<{ rows: ExampleRow[]; requests: Uint8Array[] }> {
  const opened = await openExamples(folder, { temporaryPath: root });
  const types = Object.fromEntries(
    opened.columns.map(({ name, kind }) => [name, ({ INT: 'int64', FLOAT: 'float', STRING: 'bytes' } as const)[kind]]),
  );
  const rows: ExampleRow[] = [];
  for await (const chunk of readRows(opened, { temporaryPath: root })) rows.push(...(chunk as ExampleRow[]));
  return { rows, requests: rows.map((row) => encodeExample(row, types as never)) };
}

interface Case {
  readonly rows: RawRows;
  readonly schema: SchemaProto;
  readonly preprocessing: unknown;
  readonly model: () => TrainableModel;
}

/** Trains with Transform, then compares both paths for the whole eval split. */
async function compare(given: Case): Promise<{ requests: number; difference: number; served: SavedModelSession }> {
  const examples = await examplesOf(root, given.rows);
  const schema = await schemaOf(root, given.schema);
  const { transformGraph, examples: ready } = await transformed(root, {
    examples,
    schema,
    preprocessing: given.preprocessing,
  });
  let predict: (x: Float32Array, width: number) => Float32Array = () => new Float32Array();
  let label = '';
  const run: Run = async ({ examples: { train: rows, eval: validation }, fit, tf }) => {
    const described = given.model();
    label = described.head.label;
    const model: TrainableModel = {
      ...described,
      build: (library, inputs) => {
        const network = described.build(library, inputs);
        predict = (x, width) => {
          const output = network.apply(tf.tensor2d(x, [x.length / width, width]), { training: false }) as never;
          return described.head.kind === 'regression' ? output : tf.softmax(output);
        };
        return network;
      },
    };
    await fit(model, rows, { validation, epochs: 3, batchSize: 32 });
    return model;
  };
  const { serving } = await train(root, { examples: ready, transformGraph, run });
  const matrix = await new TrainingExamples('eval', [split(ready, 'eval')], resources).matrix({ label });
  const expected = (predict(matrix.x, matrix.width) as unknown as { dataSync(): Float32Array }).dataSync();
  const { requests } = await serialized(split(examples, 'eval'));
  assert.equal(matrix.unlabelled, 0);
  const served = await openSavedModel(serving);
  const answers = served.predict({ examples: requests });
  const found = (answers['outputs'] ?? answers['probabilities'])?.values as Float32Array;
  assert.equal(found.length, expected.length);
  const difference = expected.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (found[i] ?? NaN))), 0);
  return { requests: requests.length, difference, served };
}

const mixed: RawRows = Array.from({ length: 600 }, (_, index) => {
  const city = ['Rome', 'Oslo', 'Lima', undefined, `rare ${index}`][index % 5];
  const size = index % 7 === 0 ? undefined : (Math.sin(index) * 40).toFixed(3);
  return { size, rooms: index % 11 === 0 ? undefined : index % 9, city, price: (index % 13) + (index % 5) + 0.5 };
});

const known = { size: float(), rooms: int(), city: string(), price: float({ required: true }) };
const mixedSchema = defineSchema(known);

describe('raw rows through the SavedModel answer as Parquet through the trained network', () => {
  it('on rows with blanks and strings that the vocabulary has never seen', async () => {
    const { requests, difference, served } = await compare({
      rows: mixed,
      schema: mixedSchema,
      preprocessing: (
        { size, rooms, city, price }: Record<string, unknown>,
        {
          zScore,
          fillMissing,
          oneHot,
          vocabulary,
          bucketize,
          scaleTo01,
        }: Record<string, (...args: unknown[]) => unknown>,
      ) => ({
        size: zScore?.(fillMissing?.(size, 1.5)),
        buckets: bucketize?.(fillMissing?.(size), 4),
        rooms: scaleTo01?.(fillMissing?.(rooms, 3)),
        city: oneHot?.(vocabulary?.(fillMissing?.(city, ''), { topK: 4 })),
        price,
      }),
      model: () => denseNetwork({ layers: [16, 8], head: regression('price') }),
    });
    assert.ok(requests > 150);
    assert.ok(difference <= 1e-5, `differs by ${difference}`);
    served.dispose();
  });

  it('for classes whose names come from the vocabulary of the label', async () => {
    const rows = mixed.filter(({ city }) => city !== undefined && !String(city).startsWith('rare'));
    const { difference, served } = await compare({
      rows,
      schema: defineSchema({ ...known, city: string({ required: true }) }),
      preprocessing: (
        { size, rooms, city }: Record<string, unknown>,
        { zScore, fillMissing, vocabulary }: Record<string, (...args: unknown[]) => unknown>,
      ) => ({
        size: zScore?.(fillMissing?.(size, 0)),
        rooms: zScore?.(fillMissing?.(rooms, 0)),
        city: vocabulary?.(city),
      }),
      model: () => denseNetwork({ layers: [8], head: multiclassClassification('city') }),
    });
    assert.ok(difference <= 1e-5, `differs by ${difference}`);
    assert.ok('prediction' in served.outputs);
    served.dispose();
  });

  const wine = sharedPath('data/wine-quality.csv');
  it(
    'on the whole eval split of the wines',
    { skip: wine === undefined && 'the shared wine data are not here' },
    async () => {
      const [header = '', ...lines] = (await readFile(wine as string, 'utf8')).trim().split('\n');
      const names = header.trim().split(',');
      const rows = lines.map((line) =>
        Object.fromEntries(
          line
            .trim()
            .split(',')
            .map((cell, i) => [names[i] ?? '', cell]),
        ),
      );
      const kinds = Object.fromEntries(
        names.map((name) => [name, name === 'quality' ? int({ required: true }) : float()]),
      );
      const { requests, difference, served } = await compare({
        rows,
        schema: defineSchema(kinds),
        preprocessing: (
          features: Record<string, unknown>,
          { zScore, fillMissing }: Record<string, (...args: unknown[]) => unknown>,
        ) =>
          Object.fromEntries(
            Object.entries(features).map(([name, x]) => [name, name === 'quality' ? x : zScore?.(fillMissing?.(x, 0))]),
          ),
        model: () => denseNetwork({ layers: [32, 16], head: regression('quality') }),
      });
      assert.ok(requests > 1_400);
      assert.ok(difference <= 1e-5, `differs by ${difference}`);
      served.dispose();
    },
  );
});
