import { readFile, writeFile } from 'node:fs/promises';
import { PipelineError } from '../errors/pipeline-error.js';
import { decodePlain, encodePlain } from './protobuf/plain-message.js';
import { SchemaMessage } from './protobuf/tensorflow-metadata.js';
import type { SchemaProto } from './schema-proto.js';
import { formatTextProto, parseTextProto } from './text-proto.js';

export type * from './schema-proto.js';

/** The name of the file in a Schema artifact's payload. */
export const SCHEMA_FILE = 'schema.pbtxt';

/** Parses a text `tensorflow.metadata.v0.Schema`. @throws TEXT_PROTO_INVALID */
export function parseSchema(text: string, source = 'the schema'): SchemaProto {
  return parseTextProto<SchemaProto>(SchemaMessage, text, source);
}

/** The schema in text format, byte for byte as TensorFlow Data Validation writes it. */
export function formatSchema(schema: SchemaProto): string {
  return formatTextProto(SchemaMessage, schema);
}

/**
 * Reads a schema file: text format, or binary when it ends in `.pb`.
 *
 * @throws SCHEMA_NOT_FOUND, TEXT_PROTO_INVALID
 */
export async function readSchema(file: string): Promise<SchemaProto> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new PipelineError('SCHEMA_NOT_FOUND', { what: `The schema file ${file} can not be read.`, cause });
  });
  if (!file.endsWith('.pb')) return parseSchema(bytes.toString(), file);
  try {
    return decodePlain<SchemaProto>(SchemaMessage, bytes);
  } catch (cause) {
    throw new PipelineError('TEXT_PROTO_INVALID', { what: `${file} is not a binary Schema.`, cause });
  }
}

/** Writes a schema file: text format, or binary when it ends in `.pb`. */
export async function writeSchema(file: string, schema: SchemaProto): Promise<void> {
  await writeFile(file, file.endsWith('.pb') ? encodePlain(SchemaMessage, schema) : formatSchema(schema));
}
