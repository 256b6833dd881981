import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSavedModel } from '../../formats/saved-model.js';
import type { GraphBuilder, TensorName } from './graph-builder.js';
import { modelParts } from './model-parts.js';
import { Session, type Feed, type TensorData } from './session.js';

/**
 * Runs a graph once in a session of its own. This reaches every op of TensorFlow, also the ones that tfjs cannot run
 * eagerly (SaveV2, RestoreV2).
 *
 * @param feeds - values by placeholder.
 * @param fetches - the tensors whose values come back, in order.
 */
export async function runGraph(
  graph: GraphBuilder,
  feeds: readonly Feed[],
  fetches: readonly TensorName[],
): Promise<TensorData[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tfx-graph-'));
  try {
    await writeSavedModel(folder, modelParts(graph, {}));
    const session = await Session.open(folder);
    try {
      const name = (tensor: TensorName) => (tensor.includes(':') ? tensor : `${tensor}:0`);
      return session.run(
        feeds.map((feed) => ({ ...feed, tensor: name(feed.tensor) })),
        fetches.map(name),
      );
    } finally {
      session.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
