import type protobuf from 'protobufjs';
import { isPipelineError, PipelineError } from '../errors/pipeline-error.js';
import { readMessageBytes } from './message-bytes.js';
import { decodePlain, encodePlain } from './protobuf/plain-message.js';
import { AnomaliesMessage, SchemaMessage, StatisticsMessage } from './protobuf/tensorflow-metadata.js';
import type { SchemaProto } from './schema.js';
import type { AnomaliesProto, StatisticsProto } from './statistics.js';
import { parseTextProto } from './text-proto.js';

/** What a file of TensorFlow Metadata holds. */
export type Metadata =
  | { readonly kind: 'statistics'; readonly value: StatisticsProto }
  | { readonly kind: 'schema'; readonly value: SchemaProto }
  | { readonly kind: 'anomalies'; readonly value: AnomaliesProto };

export type MetadataKind = Metadata['kind'];

const TYPES: readonly (readonly [MetadataKind, protobuf.Type])[] = [
  ['statistics', StatisticsMessage],
  ['schema', SchemaMessage],
  ['anomalies', AnomaliesMessage],
];

/**
 * Reads statistics, a schema or anomalies, binary (also as a TFRecord) or (`.pbtxt`) text, whichever it is. Protobufs do not name their
 * type: a binary file is of the type that, read and written again, loses no byte.
 *
 * @throws METADATA_KIND_UNKNOWN, STATISTICS_FILE_UNREADABLE, TEXT_PROTO_INVALID
 */
export async function readMetadata(file: string): Promise<Metadata> {
  const bytes = await readMessageBytes(file);
  return file.endsWith('.pbtxt') ? fromText(bytes.toString(), file) : fromBinary(bytes, file);
}

function fromText(text: string, file: string): Metadata {
  // The first field tells: each message has names of its own.
  const first = /^(?:\s|#[^\n]*\n)*([a-z_]+)/.exec(text)?.[1] ?? '';
  const found = TYPES.find(([, type]) => type.fieldsArray.some(({ name }) => snakeCase(name) === first));
  if (found === undefined)
    throw new PipelineError('METADATA_KIND_UNKNOWN', {
      what: `${file} begins with ${first === '' ? 'no field' : `the field ${JSON.stringify(first)}`}, which none of the kinds has.`,
    });
  const [kind, type] = found;
  return { kind, value: parseTextProto(type, text, file) } as Metadata;
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function fromBinary(bytes: Buffer, file: string): Metadata {
  const candidates = TYPES.map(([kind, type]) => ({ kind, ...lossOf(bytes, type) }));
  const [best] = candidates.sort((a, b) => a.loss - b.loss);
  if (bytes.length > 0 && best?.value !== undefined) return { kind: best.kind, value: best.value };
  throw new PipelineError('METADATA_KIND_UNKNOWN', {
    what: `${file} (${bytes.length} bytes) is no binary message of any of the kinds.`,
  });
}

/** How many bytes a message of this type would lose by being read and written; infinite where it can not be read. */
function lossOf(bytes: Buffer, type: protobuf.Type): { readonly loss: number; readonly value?: object } {
  try {
    const value = decodePlain<object>(type, bytes);
    return { loss: Math.abs(bytes.length - encodePlain(type, value).length), value };
  } catch (error) {
    if (isPipelineError(error)) throw error;
    return { loss: Number.POSITIVE_INFINITY };
  }
}
