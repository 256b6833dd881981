import type { LoadedModel } from './loaded-model.js';
import { sizeOf, type Feeds, type Results, type ResultTensor, type SignatureFacts } from './tensor.js';

interface Request {
  readonly feeds: Feeds;
  readonly rows: number;
  readonly resolve: (results: Results) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly waiting: Request[];
  busy: boolean;
}

/** More rows than this are run in a second batch. */
const MAX_BATCH_ROWS = 1024;

/**
 * Runs requests in batches: while the model works on one batch, requests that come in wait and form the next. A lone
 * request does not wait at all. Requests whose rows have other shapes, and signatures without a batch dimension, run
 * alone; when a batch fails each of its requests runs again alone, so that one bad request harms no other.
 */
export function batched(model: LoadedModel): LoadedModel['run'] {
  const lanes = new Map<string, Lane>();
  return (signature, feeds) => {
    const facts = model.signatures[signature];
    const rows = facts && hasBatchDimension(facts) ? batchRows(feeds) : undefined;
    if (rows === undefined) return model.run(signature, feeds);
    const lane = laneOf(lanes, `${signature} ${rowShapes(feeds)}`);
    return new Promise((resolve, reject) => {
      lane.waiting.push({ feeds, rows, resolve, reject });
      if (!lane.busy) void drain(lane, (merged) => model.run(signature, merged));
    });
  };
}

function laneOf(lanes: Map<string, Lane>, key: string): Lane {
  let lane = lanes.get(key);
  if (!lane) {
    // Shapes come from clients: idle lanes must not pile up.
    if (lanes.size > 100) for (const [name, { busy }] of lanes) if (!busy) lanes.delete(name);
    lanes.set(key, (lane = { waiting: [], busy: false }));
  }
  return lane;
}

async function drain(lane: Lane, run: (feeds: Feeds) => Promise<Results>): Promise<void> {
  lane.busy = true;
  // Requests that arrived in the same turn of the event loop belong together.
  await new Promise(setImmediate);
  while (lane.waiting.length > 0) await runBatch(takeBatch(lane.waiting), run);
  lane.busy = false;
}

function takeBatch(waiting: Request[]): Request[] {
  let rows = 0;
  let count = 0;
  while (count < waiting.length && (count === 0 || rows + (waiting[count]?.rows ?? 0) <= MAX_BATCH_ROWS)) {
    rows += waiting[count]?.rows ?? 0;
    count += 1;
  }
  return waiting.splice(0, count);
}

async function runBatch(batch: readonly Request[], run: (feeds: Feeds) => Promise<Results>): Promise<void> {
  try {
    const results = await run(merge(batch));
    const parts = batch.length === 1 ? [results] : split(results, batch);
    batch.forEach(({ resolve }, index) => resolve(parts[index] as Results));
  } catch (error) {
    if (batch.length === 1) batch[0]?.reject(error);
    else for (const request of batch) await runBatch([request], run);
  }
}

function hasBatchDimension({ inputs, outputs }: SignatureFacts): boolean {
  return [...Object.values(inputs), ...Object.values(outputs)].every(({ shape }) => shape?.[0] === -1);
}

/** The requests' common number of rows; undefined when its tensors differ. */
function batchRows(feeds: Feeds): number | undefined {
  const [first, ...others] = Object.values(feeds).map(({ shape }) => shape[0]);
  return others.every((rows) => rows === first) ? first : undefined;
}

function rowShapes(feeds: Feeds): string {
  return JSON.stringify(
    Object.entries(feeds)
      .map(([name, { shape }]) => [name, shape.slice(1)])
      .sort(),
  );
}

function merge(batch: readonly Request[]): Feeds {
  const [first] = batch;
  if (batch.length === 1 || !first) return first?.feeds ?? {};
  const rows = batch.reduce((sum, request) => sum + request.rows, 0);
  return Object.fromEntries(
    Object.entries(first.feeds).map(([name, { shape }]) => [
      name,
      { shape: [rows, ...shape.slice(1)], values: batch.flatMap(({ feeds }) => feeds[name]?.values ?? []) },
    ]),
  );
}

function split(results: Results, batch: readonly Request[]): Results[] {
  const total = batch.reduce((sum, { rows }) => sum + rows, 0);
  let from = 0;
  return batch.map(({ rows }) => {
    const start = from;
    from += rows;
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => {
        if (tensor.shape[0] !== total) throw new Error(`output ${name} does not have a row for each of the input`);
        return [name, part(tensor, start, rows)];
      }),
    );
  });
}

function part({ dtype, shape, values }: ResultTensor, start: number, rows: number): ResultTensor {
  const [, ...rest] = shape;
  const size = sizeOf(rest);
  const own = Array.prototype.slice.call(values, start * size, (start + rows) * size) as ResultTensor['values'];
  return { dtype, shape: [rows, ...rest], values: own };
}
