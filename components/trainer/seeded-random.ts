import { splitMix32 } from './shuffle.js';

/**
 * Runs user code with `Math.random` drawn from a seed: tfjs's initializers and layers take it where they got no seed of
 * their own, and equal runs must give equal models. Executors have their thread to themselves.
 */
export async function withSeededRandom<T>(seed: number, run: () => Promise<T>): Promise<T> {
  const before = Math.random;
  Math.random = splitMix32(seed ^ 0x5f3759df);
  try {
    return await run();
  } finally {
    Math.random = before;
  }
}
