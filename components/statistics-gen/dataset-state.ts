import type { Moments } from './moments.js';
import type { QuantileSummary } from './quantile-summary.js';
import type { SemanticState } from './semantic-state.js';
import type { ValueKind } from './source-column.js';

/*
 * The partial state of statistics: plain JSON, small, and mergeable, so that shards can be described apart. Everything
 * is exact while a feature has at most `SKETCH_LIMIT` distinct values.
 */

/** Distinct values of a feature that are kept one by one. Beyond it, ranks are off by at most 1/limit of the total. */
export const SKETCH_LIMIT = 200_000;

export interface DatasetState {
  readonly numExamples: number;
  /** Undefined without a weight feature. */
  readonly weightedNumExamples: number | undefined;
  readonly features: readonly FeatureState[];
}

export interface FeatureState {
  readonly name: string;
  readonly kind: ValueKind;
  /** Fields of structs: the names from the column to the field. */
  readonly path?: readonly string[] | undefined;
  /** Fields of structs: how many of the nest levels are the structs'. */
  readonly outerLevels?: number | undefined;
  /** One entry per nest level; a column of single values has one. */
  readonly levels: readonly LevelState[];
  /** How many innermost values an example has, when lists are nested. */
  readonly innermost: readonly LengthCount[] | undefined;
  readonly numbers: NumberState | undefined;
  readonly texts: TextState | undefined;
  /** Only when semantic statistics are asked for. */
  readonly semantics?: SemanticState | undefined;
}

/** A length of a list and how many lists have it. */
export type LengthCount = readonly [length: number, count: number];

export interface LevelState {
  readonly nonMissing: number;
  readonly totalValues: number;
  readonly lengths: readonly LengthCount[];
  readonly weightedNonMissing: number;
  readonly weightedTotalValues: number;
}

export interface NumberState {
  readonly nan: number;
  readonly zeros: number;
  readonly positiveInfinities: number;
  readonly weightedPositiveInfinities: number;
  /** ±Infinity without values. */
  readonly min: number;
  readonly max: number;
  readonly finiteMin: number;
  readonly finiteMax: number;
  readonly moments: Moments;
  readonly weightedMoments: Moments;
  readonly summary: QuantileSummary;
  readonly weightedSummary: QuantileSummary;
}

export interface TextState {
  readonly totalBytes: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly invalidUtf8: number;
  /** Exact, or after merging incomplete states an estimate (see `hashes`). */
  readonly unique: number;
  /** Whether `unique` is an estimate. */
  readonly estimated?: boolean;
  /** Whether `values` lists every distinct value. */
  readonly complete: boolean;
  /** Most frequent first; of equally frequent ones the greater bytes first. Keys, see `text-keys.ts`. */
  readonly values: readonly string[];
  readonly counts: readonly number[];
  readonly weights: readonly number[] | undefined;
  /** A value that is not listed occurs at most so often. */
  readonly unlistedCount: number;
  /** Incomplete states: the least hashes of distinct values, as fractions of 1, for counting distinct values. */
  readonly hashes: readonly number[];
}

/** How many least hashes are kept: the number of distinct values is then known to about 1/√8192, 1.1 %. */
export const HASH_LIMIT = 8192;

/** Texts with more distinct values carry hashes, so that merging with a shard of very many counts them. */
export const HASHED_ABOVE = 1000;

/** A state as JSON text, for handing shards' states from activity to activity; infinities are kept. */
export function formatState(state: DatasetState): string {
  return JSON.stringify(state, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? { notFinite: String(value) } : value,
  );
}

/** The state of `formatState`'s text. */
export function parseState(text: string): DatasetState {
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'notFinite' in value ? Number(value.notFinite) : value,
  ) as DatasetState;
}
