/** Of a HUGEINT's 127 bits: the others are spare for lists, which have more values than there are rows. */
const SUM_BITS = 100;
const MOST_BITS = 1000;

/** The power of two that numbers are scaled by, so that as many of them as there are rows fit into a HUGEINT. */
export interface SumScale {
  readonly factor: number;
}

/** A scale for sums of up to `rows` numbers of at most `largest` magnitude; undefined where that is not finite. */
export function sumScale(largest: number, rows: number): SumScale | undefined {
  if (!Number.isFinite(largest)) return undefined;
  const size = Math.ceil(Math.log2(Math.max(largest, Number.MIN_VALUE))) + Math.ceil(Math.log2(rows + 1));
  return { factor: 2 ** Math.min(MOST_BITS, SUM_BITS - size) };
}

/**
 * SQL for a sum of doubles that does not depend on the order in which threads add: the numbers are added as integers
 * in units of a power of two, at most 2⁻⁹⁹ of what they could add up to. NULL without rows.
 */
export function exactSum(value: string, scale: SumScale | undefined): string {
  if (scale === undefined) return `sum(${value})`;
  const factor = `'${scale.factor}'::DOUBLE`;
  return `(sum((${value} * ${factor})::HUGEINT)::DOUBLE / ${factor})`;
}
