/**
 * The order of rows in an epoch: Fisher and Yates' shuffle, drawn from the seed and the epoch alone, so that a resumed
 * training sees the rows in the same order.
 */
export function shuffledRows(rows: number, seed: number, epoch: number): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const random = splitMix32((Math.imul(seed, 0x9e3779b1) ^ Math.imul(epoch + 1, 0x85ebca6b)) >>> 0);
  for (let last = rows - 1; last > 0; last -= 1) {
    const chosen = Math.floor(random() * (last + 1));
    const kept = order[last] as number;
    order[last] = order[chosen] as number;
    order[chosen] = kept;
  }
  return order;
}

/** Numbers in [0, 1) from a seed (SplitMix with 32 bits). */
export function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
