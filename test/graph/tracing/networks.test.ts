import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { writeSavedModel } from '../../../formats/saved-model.js';
import { GraphBuilder } from '../../../graph/tensorflow/graph-builder.js';
import { modelParts } from '../../../graph/tensorflow/model-parts.js';
import { openSavedModel } from '../../../graph/tensorflow/saved-model-session.js';
import { loadTensorFlow } from '../../../graph/tensorflow/tensorflow.js';
import {
  addSaver,
  declareVariable,
  saveCheckpoint,
  saverRoots,
  type GraphVariable,
} from '../../../graph/tensorflow/variables.js';
import { emit } from '../../../graph/tracing/emit.js';
import { namedWeights, traceBatched, TRACE_SIZES } from '../../../graph/tracing/trace-batched.js';
import { networkCases, type NetworkInput } from './networks.js';

const tf = await loadTensorFlow();
const temporary = await mkdtemp(join(tmpdir(), 'tfx-networks-'));
after(() => rm(temporary, { recursive: true, force: true }));

async function exportNetwork(folder: string, model: LayersModel, specs: readonly NetworkInput[]): Promise<void> {
  const weights = namedWeights(model.weights);
  const example = (batch: number) => specs.map(({ shape, dtype }) => tf.zeros([batch, ...shape], dtype));
  const apply = (...x: Tensor[]) => model.apply(x.length > 1 ? x : (x[0] as Tensor), { training: false }) as Tensor;
  const traces = traceBatched(tf, apply, example, weights);
  const graph = new GraphBuilder();
  const inputs = specs.map(({ name, dtype, shape }) => graph.placeholder(name, dtype, [-1, ...shape]));
  const variables = new Map<string, GraphVariable>();
  for (const [name, { dtype, shape }] of weights) {
    variables.set(name, declareVariable(graph, name, { dtype: dtype as 'float32', shape, trainable: true }));
  }
  const readVariable = (name: string) => variables.get(name)?.read ?? '';
  const { outputs, shapes } = emit(graph, traces, { inputs, readVariable, sizes: TRACE_SIZES });
  const saver = addSaver(graph, [...variables.values()]);
  graph.prune([...outputs, ...inputs, ...saverRoots(saver, [...variables.values()])]);
  const signature = {
    inputs: Object.fromEntries(
      specs.map(({ name, dtype, shape }, i) => [name, { tensor: inputs[i] ?? '', dtype, shape: [-1, ...shape] }]),
    ),
    outputs: { outputs: { tensor: outputs[0] ?? '', dtype: 'float32' as const, shape: shapes[0] } },
  };
  await writeSavedModel(folder, modelParts(graph, { serving_default: signature }, saver));
  await saveCheckpoint(
    join(folder, 'variables', 'variables'),
    [...weights].map(([name, weight]) => ({
      name,
      dtype: 'float32' as const,
      shape: weight.shape,
      values: weight.dataSync() as Float32Array,
    })),
  );
}

describe('a traced network in a SavedModel answers as tfjs does at batch sizes 1, 5 and 64:', () => {
  for (const [title, { build, inputs }] of Object.entries(networkCases(tf))) {
    it(title, async () => {
      const model = build();
      const folder = join(temporary, title.replaceAll(' ', '-'));
      await exportNetwork(folder, model, inputs);
      const session = await openSavedModel(folder);
      for (const batch of [1, 5, 64]) {
        const x = inputs.map(({ dtype, shape }) =>
          dtype === 'int32'
            ? tf.randomUniform([batch, ...shape], 0, 20, 'int32')
            : tf.randomNormal([batch, ...shape], 0, 1, 'float32', 7),
        );
        const expected = (model.predict(x.length > 1 ? x : (x[0] as Tensor), { batchSize: 64 }) as Tensor).dataSync();
        const feeds = inputs.map(({ name }, i) => [name, (x[i] as Tensor).dataSync()] as const);
        const { outputs } = session.predict(Object.fromEntries(feeds));
        const difference = Math.max(...expected.map((value, i) => Math.abs(value - Number(outputs?.values[i]))));
        assert.ok(difference < 1e-5, `batch ${batch}: differs by ${difference}`);
      }
      session.dispose();
    });
  }
});

describe('a function that a graph cannot express is refused with its reason:', () => {
  const example = (batch: number) => [tf.ones([batch, 2])];

  it('reading a computed value', () => {
    const fn = (x: Tensor) => tf.mul(x, tf.scalar(x.sum().dataSync()[0] ?? 0));
    assert.throws(() => traceBatched(tf, fn, example, new Map()), { message: /reads computed values/ });
  });

  it('unstacking the batch', () => {
    const traces = traceBatched(tf, (x) => tf.addN(tf.unstack(x)), example, new Map());
    const graph = new GraphBuilder();
    const inputs = [graph.placeholder('x', 'float32', [-1, 2])];
    assert.throws(() => emit(graph, traces, { inputs, readVariable: (name) => name, sizes: TRACE_SIZES }), {
      name: 'NotTraceableError',
    });
  });

  it('random numbers made in JavaScript', () => {
    const traces = traceBatched(tf, (x) => tf.add(x, tf.randomUniform(x.shape)), example, new Map());
    const graph = new GraphBuilder();
    const inputs = [graph.placeholder('x', 'float32', [-1, 2])];
    assert.throws(() => emit(graph, traces, { inputs, readVariable: (name) => name, sizes: TRACE_SIZES }), {
      message: /made in JavaScript for each batch/,
    });
  });
});
