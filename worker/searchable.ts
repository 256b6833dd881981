import type { WorkerOptions } from '@temporalio/worker';
import type { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.js';

const NAMES: Readonly<Record<keyof typeof SEARCH_ATTRIBUTES, true>> = {
  TfxPipeline: true,
  TfxOutcome: true,
  TfxSpan: true,
  TfxModelVersion: true,
};

/** They are registered once for all; until then the server is asked this often. */
const LOOK_MS = 60_000;

/** Asks whether our search attributes are registered in a worker's namespace. A server that does not say so has none. */
export function searchableBy({ connection, namespace = 'default' }: WorkerOptions): () => Promise<boolean> {
  let looked = { at: Number.NEGATIVE_INFINITY, found: Promise.resolve(false) };
  const look = async (): Promise<boolean> => {
    try {
      const answer = await connection?.operatorService.listSearchAttributes({ namespace });
      return answer !== undefined && Object.keys(NAMES).every((name) => name in answer.customAttributes);
    } catch {
      return false;
    }
  };
  return async () => {
    if (!(await looked.found) && performance.now() - looked.at > LOOK_MS) {
      looked = { at: performance.now(), found: look() };
    }
    return await looked.found;
  };
}
