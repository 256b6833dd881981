import type { CollectionDef } from '../../formats/protobuf/tensorflow.js';
import type { SavedModelParts, Signature } from '../../formats/saved-model.js';
import { control, type GraphBuilder } from './graph-builder.js';
import type { SaverParts } from './variables.js';

/**
 * A built graph as the parts of a SavedModel: files, tables that are filled by the main op, and the saver of its
 * variables. Call it once, when the graph is complete: it adds the main op.
 */
export function modelParts(
  graph: GraphBuilder,
  signatures: Readonly<Record<string, Signature>>,
  saver?: SaverParts,
): SavedModelParts {
  const collections: Record<string, CollectionDef> = { ...saver?.collections };
  if (graph.initializers.length > 0) {
    const main = graph.op('NoOp', graph.initializers.map(control), {}, 'init_all_tables');
    collections['saved_model_main_op'] = { node_list: { value: [main] } };
  }
  return { nodes: graph.nodes, signatures, assets: graph.assets, collections, saver: saver?.saver };
}
