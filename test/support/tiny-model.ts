import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeSavedModel, type Signature } from '../../formats/saved-model.js';
import { attr } from '../../graph/tensorflow/attributes.js';
import { GraphBuilder, output } from '../../graph/tensorflow/graph-builder.js';
import { modelParts } from '../../graph/tensorflow/model-parts.js';

export interface TinyModel {
  readonly head: 'regression' | 'binary' | 'multiclass';
  /** The score is slope * x + bias; one of each per class for `multiclass`, else the first. */
  readonly slopes: readonly number[];
  readonly biases: readonly number[];
  readonly classes?: readonly string[];
}

/**
 * A Model payload with a linear model in the layout that Trainer writes: raw feature `x` (float) and label `y`
 * (float, NaN where an example has none).
 */
export async function writeTinyModel(modelPath: string, model: TinyModel): Promise<string> {
  const folder = path.join(modelPath, 'Format-Serving');
  const graph = new GraphBuilder();
  const examples = graph.placeholder('examples', 'string', [-1]);
  const parsed = parse(graph, examples);
  const x = graph.placeholder('x', 'float32', [-1]);
  const batch = { tensor: examples, dtype: 'string', shape: [-1] } as const;
  const column = graph.op('Reshape', [parsed.x, graph.int32([-1])]);
  const signatures: Record<string, Signature> = {
    serving_default: { inputs: { examples: batch }, outputs: scores(graph, column, model) },
    raw: { inputs: { x: { tensor: x, dtype: 'float32', shape: [-1] } }, outputs: scores(graph, x, model) },
    transform_features: {
      inputs: { examples: batch },
      outputs: {
        x: { tensor: parsed.x, dtype: 'float32', shape: [-1, 1] },
        y: { tensor: parsed.y, dtype: 'float32', shape: [-1, 1] },
      },
    },
  };
  await writeSavedModel(folder, modelParts(graph, signatures));
  await mkdir(path.join(folder, 'assets.extra'), { recursive: true });
  const { head, classes } = model;
  await writeFile(path.join(folder, 'assets.extra', 'tfx_model.json'), JSON.stringify({ head, label: 'y', classes }));
  return folder;
}

function parse(graph: GraphBuilder, examples: string): { x: string; y: string } {
  const text = (values: readonly string[]) => graph.const('string', [values.length], values);
  const defaults = [graph.const('float32', [1], [0]), graph.const('float32', [1], [NaN])];
  const node = graph.op('ParseExampleV2', [examples, text([]), text([]), text(['x', 'y']), text([]), ...defaults], {
    Tdense: attr.types(['float32', 'float32']),
    num_sparse: attr.int(0),
    sparse_types: attr.types([]),
    ragged_value_types: attr.types([]),
    ragged_split_types: attr.types([]),
    dense_shapes: attr.shapes([[1], [1]]),
  });
  return { x: node, y: output(node, 1) };
}

function scores(graph: GraphBuilder, x: string, { head, slopes, biases }: TinyModel): Signature['outputs'] {
  const count = head === 'multiclass' ? slopes.length : 1;
  const rows = graph.op('Reshape', [x, graph.int32([-1, 1])]);
  const weighted = graph.op('Mul', [rows, graph.const('float32', [1, count], slopes.slice(0, count))]);
  const linear = graph.op('AddV2', [weighted, graph.const('float32', [count], biases.slice(0, count))]);
  const facts = { dtype: 'float32', shape: [-1, count] } as const;
  if (head === 'regression') return { outputs: { tensor: linear, ...facts } };
  return { probabilities: { tensor: graph.op(head === 'binary' ? 'Sigmoid' : 'Softmax', [linear]), ...facts } };
}
