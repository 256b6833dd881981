import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { DataType, RecordBatchReader, type Field, type RecordBatch } from 'apache-arrow';
import { PipelineError } from '../../../errors/pipeline-error.js';
import type { OpenExamplesOptions } from '../../../formats/examples.js';
import { writeParquet, type ParquetField } from '../../../formats/parquet-writer.js';
import type { FeatureKind } from '../../../formats/examples.js';
import { importFailure } from './load-table.js';

/** Converts Arrow IPC files (file or stream format) into temporary Parquet files, batch by batch. */
export async function convertArrowToParquet(files: readonly string[], options: OpenExamplesOptions): Promise<string[]> {
  const converted: string[] = [];
  for (const file of files) {
    const target = path.join(options.temporaryPath, `arrow-${randomUUID()}.parquet`);
    try {
      const reader = await RecordBatchReader.from(createReadStream(file));
      await reader.open();
      const fields = reader.schema.fields.map(parquetField);
      await writeParquet(target, fields, rowsOf(reader), options);
    } catch (cause) {
      throw importFailure(cause, file);
    }
    converted.push(target);
  }
  return converted;
}

async function* rowsOf(batches: AsyncIterable<RecordBatch>): AsyncGenerator<unknown[][]> {
  for await (const batch of batches) {
    const columns = batch.schema.fields.map((_, i) => batch.getChildAt(i)!);
    yield Array.from({ length: batch.numRows }, (_, row) => columns.map((column) => column.get(row) as unknown));
  }
}

function parquetField(field: Field): ParquetField {
  const isList = DataType.isList(field.type) || DataType.isFixedSizeList(field.type);
  const type = isList ? (field.type.children[0] as Field<DataType>).type : (field.type as DataType);
  const value: DataType = DataType.isDictionary(type) ? (type.dictionary as DataType) : type;
  const kind = kindOf(value);
  if (kind === undefined) {
    throw new PipelineError('EXAMPLES_COLUMN_UNSUPPORTED', {
      what: `Column ${JSON.stringify(field.name)} has the Arrow type ${String(field.type)}.`,
      details: { column: field.name, type: String(field.type) },
    });
  }
  return {
    name: field.name,
    kind,
    repeated: isList,
    binary: DataType.isBinary(value) || DataType.isFixedSizeBinary(value),
  };
}

function kindOf(type: DataType): FeatureKind | undefined {
  if (DataType.isInt(type) || DataType.isBool(type)) return 'INT';
  if (DataType.isFloat(type)) return 'FLOAT';
  if (
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isBinary(type) ||
    DataType.isFixedSizeBinary(type)
  )
    return 'STRING';
  return undefined;
}
