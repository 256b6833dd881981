import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type protobuf from 'protobufjs';
import {
  ConfusionCountMessage,
  FeatureSkewMessage,
  MatchStatsMessage,
  SkewPairMessage,
} from './protobuf/feature-skew.js';
import { decodePlain, encodePlain } from './protobuf/plain-message.js';
import { readTfRecords, writeTfRecords } from './tfrecord.js';

/* TensorFlow Data Validation's feature_skew_results.proto as plain objects; an absent count is 0. */

/** How a feature's values compare over the pairs of examples with equal identifiers. */
export interface FeatureSkewProto {
  featureName?: string;
  /** Pairs whose base example has values. */
  baseCount?: number;
  testCount?: number;
  matchCount?: number;
  baseOnly?: number;
  testOnly?: number;
  mismatchCount?: number;
  /** baseOnly + testOnly + mismatchCount. */
  diffCount?: number;
}

/** A pair of examples that differ, as serialized tf.Examples, and in which features. */
export interface SkewPairProto {
  base?: Uint8Array;
  test?: Uint8Array;
  baseOnlyFeatures?: string[];
  testOnlyFeatures?: string[];
  matchedFeatures?: string[];
  mismatchedFeatures?: string[];
}

/** How often a value of the base meets a value of the test. */
export interface ConfusionCountProto {
  featureName?: string;
  base?: { bytesValue?: Uint8Array };
  test?: { bytesValue?: Uint8Array };
  count?: number;
}

/** How the examples were matched. */
export interface MatchStatsProto {
  baseWithIdCount?: number;
  testWithIdCount?: number;
  identifiersCount?: number;
  /** Identifiers that only the other side has. */
  idsMissingInBaseCount?: number;
  idsMissingInTestCount?: number;
  matchingPairsCount?: number;
  /** Examples that lack an identifier feature. */
  baseMissingIdCount?: number;
  testMissingIdCount?: number;
  /** Identifiers of several examples on one side. */
  duplicateIdCount?: number;
}

/** What a pair of splits came to. Pairs and confusion counts can be many: they are read as needed. */
export interface FeatureSkewResults {
  readonly matchStats: MatchStatsProto;
  readonly features: readonly FeatureSkewProto[];
  readonly pairs: readonly SkewPairProto[];
  readonly confusion: readonly ConfusionCountProto[];
}

/** The files of a pair's folder, by TFX's prefixes. */
const SKEW_FILES = {
  features: { prefix: 'skew_stats', type: FeatureSkewMessage },
  pairs: { prefix: 'sample_pairs', type: SkewPairMessage },
  matchStats: { prefix: 'match_stats', type: MatchStatsMessage },
  confusion: { prefix: 'confusion', type: ConfusionCountMessage },
} as const;

export type SkewFile = keyof typeof SKEW_FILES;

/** The file's name in the one shard that is written. */
export const skewFileName = (file: SkewFile): string => `${SKEW_FILES[file].prefix}-00000-of-00001`;

/** Writes messages as TensorFlow Data Validation's sinks do: TFRecords, not compressed. */
export async function writeSkewFile(
  path: string,
  file: SkewFile,
  messages: Iterable<object> | AsyncIterable<object>,
): Promise<void> {
  async function* records(): AsyncGenerator<Uint8Array> {
    for await (const message of messages) yield encodePlain(SKEW_FILES[file].type, message);
  }
  await writeTfRecords(path, records(), { gzip: false });
}

/**
 * Reads what ExampleDiff, or TFX's, found of a pair of splits.
 *
 * @param most how many sample pairs and confusion counts to read at most
 * @throws what reading TFRecords throws
 */
export async function readFeatureSkew(folder: string, most = 1000): Promise<FeatureSkewResults> {
  const names = (await readdir(folder)).sort();
  const read = async <T>(file: SkewFile, limit: number): Promise<T[]> => {
    const { prefix, type } = SKEW_FILES[file];
    const shards = names.filter((name) => name.startsWith(`${prefix}-`)).map((name) => path.join(folder, name));
    return await readMessages<T>(shards, type, limit);
  };
  const [matchStats = {}] = await read<MatchStatsProto>('matchStats', 1);
  return {
    matchStats,
    features: await read<FeatureSkewProto>('features', Number.POSITIVE_INFINITY),
    pairs: await read<SkewPairProto>('pairs', most),
    confusion: await read<ConfusionCountProto>('confusion', most),
  };
}

async function readMessages<T>(files: readonly string[], type: protobuf.Type, most: number): Promise<T[]> {
  const messages: T[] = [];
  for (const file of files)
    for await (const record of readTfRecords(file)) {
      if (messages.length >= most) return messages;
      messages.push(decodePlain<T>(type, record));
    }
  return messages;
}
