import type { DuckDBConnection } from '@duckdb/node-api';
import { weightSql } from './count-sql.js';
import { SKETCH_LIMIT, type NumberState } from './dataset-state.js';
import { MomentsBuilder } from './moments.js';
import { SummaryBuilder } from './quantile-summary.js';
import { countRows, streamNumbers } from './query.js';

/** Values of one column: a table of `v`, not null, `n`, and with weights `u`, their units. */
export interface CountedValues {
  readonly table: string;
  /** Units per 1 of weight; undefined without weights. */
  readonly factor: number | undefined;
}

/** Describes numbers from their counts: one sorted pass over distinct values. */
export async function collectNumbers(connection: DuckDBConnection, counted: CountedValues): Promise<NumberState> {
  const { distinct, total, totalWeight } = await countRows(connection, counted);
  const builder = new NumbersBuilder(distinct, total, totalWeight, counted.factor !== undefined);
  const weight = counted.factor === undefined ? '' : `, ${weightSql('u', counted.factor)}`;
  const sql = `SELECT v::DOUBLE, n::DOUBLE${weight} FROM ${counted.table} ORDER BY v`;
  await streamNumbers(connection, sql, ([values, counts, weights], rows) => {
    // Adding 0 makes -0 and 0, which count as one value, the same bits.
    for (let row = 0; row < rows; row++) builder.add((values?.[row] ?? 0) + 0, counts?.[row] ?? 0, weights?.[row] ?? 0);
  });
  return builder.finish();
}

class NumbersBuilder {
  #nan = 0;
  #zeros = 0;
  #infinities = { count: 0, weight: 0 };
  #range = { min: Infinity, max: -Infinity, finiteMin: Infinity, finiteMax: -Infinity };
  readonly #moments = new MomentsBuilder();
  readonly #weightedMoments = new MomentsBuilder();
  readonly #summary: SummaryBuilder;
  readonly #weightedSummary: SummaryBuilder;
  readonly #weighted: boolean;

  constructor(distinct: number, total: number, totalWeight: number, weighted: boolean) {
    this.#summary = new SummaryBuilder(SKETCH_LIMIT, total, distinct);
    this.#weightedSummary = new SummaryBuilder(SKETCH_LIMIT, totalWeight, distinct);
    this.#weighted = weighted;
  }

  add(value: number, count: number, weight: number): void {
    if (Number.isNaN(value)) {
      this.#nan += count;
      return;
    }
    const range = this.#range;
    if (value < range.min) range.min = value;
    if (value > range.max) range.max = value;
    if (Number.isFinite(value)) {
      if (value < range.finiteMin) range.finiteMin = value;
      if (value > range.finiteMax) range.finiteMax = value;
    }
    if (value === 0) this.#zeros += count;
    if (value === Infinity) {
      this.#infinities.count += count;
      this.#infinities.weight += weight;
    }
    this.#moments.add(value, count);
    this.#summary.add(value, count);
    if (!this.#weighted) return;
    this.#weightedMoments.add(value, weight);
    this.#weightedSummary.add(value, weight);
  }

  finish(): NumberState {
    return {
      nan: this.#nan,
      zeros: this.#zeros,
      positiveInfinities: this.#infinities.count,
      weightedPositiveInfinities: this.#infinities.weight,
      ...this.#range,
      moments: this.#moments.finish(),
      weightedMoments: this.#weightedMoments.finish(),
      summary: this.#summary.finish(),
      weightedSummary: this.#weightedSummary.finish(),
    };
  }
}
