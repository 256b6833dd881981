import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Signature } from '../../../formats/saved-model.js';
import { readSavedModel, writeSavedModel } from '../../../formats/saved-model.js';
import { GraphBuilder } from '../../../graph/tensorflow/graph-builder.js';
import { modelParts } from '../../../graph/tensorflow/model-parts.js';
import { runGraph } from '../../../graph/tensorflow/run-graph.js';
import { openSavedModel, textOf } from '../../../graph/tensorflow/saved-model-session.js';
import {
  addSaver,
  declareVariable,
  readCheckpoint,
  saveCheckpoint,
  saverRoots,
} from '../../../graph/tensorflow/variables.js';

const temporary = await mkdtemp(join(tmpdir(), 'tfx-saved-model-'));
after(() => rm(temporary, { recursive: true, force: true }));

async function writeEcho(folder: string): Promise<void> {
  const graph = new GraphBuilder();
  const number = graph.placeholder('number', 'int64', [-1]);
  const text = graph.placeholder('text', 'string', [-1]);
  const doubled = graph.op('AddV2', [number, number]);
  const echoed = graph.identity(text);
  const echo: Signature = {
    inputs: {
      number: { tensor: number, dtype: 'int64', shape: [-1] },
      text: { tensor: text, dtype: 'string', shape: [-1] },
    },
    outputs: {
      doubled: { tensor: doubled, dtype: 'int64', shape: [-1] },
      text: { tensor: echoed, dtype: 'string', shape: [-1] },
    },
  };
  await writeSavedModel(folder, modelParts(graph, { serving_default: echo }));
}

/** `serving_default`: words to scores[position], both in tables and a variable. */
async function writeLookup(folder: string, words: string[], scores: number[]): Promise<void> {
  const graph = new GraphBuilder();
  const text = graph.placeholder('text', 'string', [-1]);
  const table = graph.vocabularyFile('words', 'words.txt', Buffer.from(words.join('\n') + '\n'), words.length);
  const position = graph.op('LookupTableFindV2', [table, text, graph.scalar('int64', 0n)]);
  const variable = declareVariable(graph, 'scores', { dtype: 'float32', shape: [scores.length], trainable: true });
  const score = graph.op('GatherV2', [variable.read, position, graph.scalar('int32', 0)]);
  const saver = addSaver(graph, [variable]);
  graph.prune([score, ...saverRoots(saver, [variable])]);
  const signature: Signature = {
    inputs: { text: { tensor: text, dtype: 'string', shape: [-1] } },
    outputs: { score: { tensor: score, dtype: 'float32', shape: [-1] } },
  };
  await writeSavedModel(folder, modelParts(graph, { serving_default: signature }, saver));
  const values = Float32Array.from(scores);
  await saveCheckpoint(join(folder, 'variables', 'variables'), [
    { name: 'scores', dtype: 'float32', shape: [scores.length], values },
  ]);
}

describe('SavedModels written by us', () => {
  it('carry int64 beyond 2^53 and bytes that are not UTF-8 through TensorFlow unchanged', async () => {
    const folder = join(temporary, 'echo');
    await writeEcho(folder);
    const model = await openSavedModel(folder);
    const bytes = Uint8Array.of(0xff, 0x00, 0xfe);
    const got = model.predict({ number: [2n ** 60n, -3n], text: [bytes, 'Grüße'] });
    assert.deepEqual(got['doubled']?.values, BigInt64Array.of(2n ** 61n, -6n));
    assert.deepEqual(Buffer.from(got['text']?.values[0] as Uint8Array), Buffer.from(bytes));
    assert.equal(textOf(got['text'] as never)[1], 'Grüße');
    model.dispose();
  });

  it('read vocabularies from assets and weights from a checkpoint', async () => {
    const folder = join(temporary, 'lookup');
    await writeLookup(folder, ['oov', 'red', 'white'], [0, 1.5, 2.5]);
    const model = await openSavedModel(folder);
    const { score } = model.predict({ text: ['white', 'red', 'green'] });
    assert.deepEqual(score?.values, Float32Array.of(2.5, 1.5, 0));
    model.dispose();
  });

  it('are loaded anew by each opening, also when the files of the path have changed', async () => {
    const folder = join(temporary, 'changing');
    await writeLookup(folder, ['a', 'b'], [1, 2]);
    const first = await openSavedModel(folder);
    await writeLookup(folder, ['b', 'a'], [3, 4]);
    const second = await openSavedModel(folder);
    assert.deepEqual(first.predict({ text: ['a'] })['score']?.values, Float32Array.of(1));
    assert.deepEqual(second.predict({ text: ['a'] })['score']?.values, Float32Array.of(4));
    first.dispose();
    second.dispose();
  });

  it('are the same bytes when written twice', async () => {
    const folders = [join(temporary, 'one'), join(temporary, 'two')] as const;
    for (const folder of folders) await writeLookup(folder, ['x', 'y'], [1, 2]);
    for (const file of ['saved_model.pb', 'assets/words.txt', 'variables/variables.index']) {
      const [one, two] = await Promise.all(folders.map((folder) => readFile(join(folder, file))));
      assert.deepEqual(one, two, file);
    }
  });

  it('tell what they hold without TensorFlow', async () => {
    const folder = join(temporary, 'told');
    await writeLookup(folder, ['x'], [1]);
    const { signature_def: signatures } = await readSavedModel(folder);
    assert.deepEqual(Object.keys(signatures), ['serving_default']);
    assert.equal(signatures['serving_default']?.inputs['text']?.name, 'text:0');
  });
});

describe('openSavedModel', () => {
  it('names the signatures that a model has when another is asked for', async () => {
    const folder = join(temporary, 'names');
    await writeEcho(folder);
    await assert.rejects(openSavedModel(folder, { signature: 'other' }), {
      code: 'MODEL_SIGNATURE_MISSING',
      message: /has no signature "other"; it has serving_default/,
    });
  });

  it('refuses a folder without a SavedModel', async () => {
    await assert.rejects(openSavedModel(join(temporary, 'nothing')), { code: 'MODEL_UNREADABLE' });
  });

  it('refuses feeds that are missing, unknown or of the wrong length', async () => {
    const folder = join(temporary, 'feeds');
    await writeEcho(folder);
    const model = await openSavedModel(folder);
    assert.throws(() => model.predict({ text: ['a'] }), {
      code: 'MODEL_INPUT_INVALID',
      message: /"number" was not given/,
    });
    assert.throws(() => model.predict({ text: ['a'], number: [1], size: [1] }), { message: /has no input "size"/ });
    assert.throws(() => model.predict({ text: ['a'], number: { shape: [2], values: [1] } }), {
      message: /needs 2 values/,
    });
    model.dispose();
  });
});

describe('runGraph', () => {
  it('writes checkpoints that it reads back', async () => {
    const prefix = join(temporary, 'checkpoint', 'variables');
    const values = Float32Array.of(1, 2, 3, 4);
    await saveCheckpoint(prefix, [{ name: 'weights', dtype: 'float32', shape: [2, 2], values }]);
    const [weights] = await readCheckpoint(prefix, [{ name: 'weights', dtype: 'float32' }]);
    assert.deepEqual(weights, { name: 'weights', dtype: 'float32', shape: [2, 2], values });
  });

  it('says what TensorFlow said when an op refuses its inputs', async () => {
    const graph = new GraphBuilder();
    const values = graph.placeholder('values', 'int32', [-1]);
    const rows = graph.op('Reshape', [values, graph.int32([2, 2])]);
    const feed = { tensor: values, dtype: 'int32', shape: [3], values: [1, 2, 3] } as const;
    await assert.rejects(runGraph(graph, [feed], [rows]), { code: 'MODEL_RUN_FAILED', message: /3 values/ });
  });
});

describe('GraphBuilder', () => {
  it('makes valid and unique node names out of any feature name', () => {
    const graph = new GraphBuilder();
    const names = ['fixed acidity', '_x', 'ä', 'ä', 'a/b'].map((name) => graph.placeholder(name, 'float32', [-1]));
    for (const name of names) assert.match(name, /^[A-Za-z0-9.][A-Za-z0-9_./-]*$/);
    assert.equal(new Set(names).size, names.length);
  });

  it('infers type and count attributes, and the types of outputs', () => {
    const graph = new GraphBuilder();
    const packed = graph.op('Pack', [graph.scalar('int64', 1), graph.scalar('int64', 2)]);
    assert.equal(graph.dtypeOf(packed), 'int64');
    assert.equal(graph.nodes.at(-1)?.attr['N']?.i, 2);
    assert.equal(graph.dtypeOf(graph.op('Less', [packed, packed])), 'bool');
  });

  it('keeps only what the roots need', () => {
    const graph = new GraphBuilder();
    const kept = graph.identity(graph.scalar('float32', 1));
    graph.identity(graph.scalar('float32', 2));
    graph.prune([kept]);
    assert.equal(graph.nodes.length, 2);
  });
});
