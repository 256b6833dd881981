import { writeFile } from 'node:fs/promises';
import type protobuf from 'protobufjs';
import { PipelineError } from '../errors/pipeline-error.js';
import type { AnomaliesProto } from './anomalies-proto.js';
import { readMessageBytes } from './message-bytes.js';
import { decodePlain, encodePlain } from './protobuf/plain-message.js';
import { ANOMALY_TYPES, AnomaliesMessage, StatisticsMessage } from './protobuf/tensorflow-metadata.js';
import type { DatasetStatisticsProto, StatisticsProto } from './statistics-proto.js';
import { frameRecord } from './tfrecord.js';
import { formatTextProto, parseTextProto } from './text-proto.js';

export type * from './anomalies-proto.js';
export type * from './statistics-proto.js';

/** Whether anomalies can be of a type of this name. */
export const isAnomalyType = (name: string): boolean => ANOMALY_TYPES.has(name);

/** The file of each split's folder in an ExampleStatistics payload. */
export const STATISTICS_FILE = 'FeatureStats.pb';
/** The file of each split's folder in an ExampleAnomalies payload. */
export const ANOMALIES_FILE = 'SchemaDiff.pb';
/** Custom statistics that say how far a feature's quantiles (in ranks) and number of distinct texts may be off. */
export const QUANTILES_ERROR = 'quantiles_rank_error';
export const DISTINCT_ERROR = 'distinct_relative_error';
/** The dataset's name that holds all examples when there are slices. */
export const ALL_EXAMPLES = 'All Examples';

async function readMessage<T>(file: string, type: protobuf.Type): Promise<T> {
  const bytes = await readMessageBytes(file);
  if (file.endsWith('.pbtxt')) return parseTextProto<T>(type, bytes.toString(), file);
  try {
    return decodePlain<T>(type, bytes);
  } catch (cause) {
    throw new PipelineError('STATISTICS_FILE_UNREADABLE', { what: `${file} is not a binary ${type.name}.`, cause });
  }
}

async function writeMessage(file: string, type: protobuf.Type, message: object): Promise<void> {
  if (file.endsWith('.pbtxt')) return await writeFile(file, formatTextProto(type, message));
  const bytes = encodePlain(type, message);
  await writeFile(file, file.endsWith('.tfrecord') ? frameRecord(bytes) : bytes);
}

/** Reads statistics: binary, also as a TFRecord, or text when the file ends in `.pbtxt`. @throws STATISTICS_FILE_UNREADABLE, TEXT_PROTO_INVALID */
export async function readStatistics(file: string): Promise<StatisticsProto> {
  return readMessage<StatisticsProto>(file, StatisticsMessage);
}

/** Writes statistics: binary, text when the file ends in `.pbtxt`, one record when it ends in `.tfrecord`. */
export async function writeStatistics(file: string, statistics: StatisticsProto): Promise<void> {
  await writeMessage(file, StatisticsMessage, statistics);
}

/** Reads anomalies: binary, or text when the file ends in `.pbtxt`. @throws STATISTICS_FILE_UNREADABLE, TEXT_PROTO_INVALID */
export async function readAnomalies(file: string): Promise<AnomaliesProto> {
  return readMessage<AnomaliesProto>(file, AnomaliesMessage);
}

/** Writes anomalies: binary, or text when the file ends in `.pbtxt`. */
export async function writeAnomalies(file: string, anomalies: AnomaliesProto): Promise<void> {
  await writeMessage(file, AnomaliesMessage, anomalies);
}

/**
 * The statistics of all examples: the only dataset, or among slices the one named `All Examples`.
 *
 * @throws STATISTICS_WITHOUT_ALL_EXAMPLES
 */
export function allExamples(statistics: StatisticsProto): DatasetStatisticsProto {
  const datasets = statistics.datasets ?? [];
  const found = datasets.length === 1 ? datasets[0] : datasets.find(({ name }) => name === ALL_EXAMPLES);
  if (found !== undefined) return found;
  throw new PipelineError('STATISTICS_WITHOUT_ALL_EXAMPLES', {
    what: `The statistics hold ${datasets.length} datasets and none is named "${ALL_EXAMPLES}".`,
  });
}
