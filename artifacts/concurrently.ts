/** Does work on each item, at most `limit` at once; the results in the items' order. The first error ends it. */
export async function concurrently<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let failed = false;
  const one = async (): Promise<void> => {
    for (const [i, item] of waiting) {
      if (failed) return;
      results[i] = await work(item);
    }
  };
  const fail = (error: unknown): never => {
    failed = true;
    throw error;
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, () => one().catch(fail)));
  return results;
}
