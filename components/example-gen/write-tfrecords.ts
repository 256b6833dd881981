import type { DuckDBConnection } from '@duckdb/node-api';
import { ExampleEncoder } from '../../formats/example-encoder.js';
import { writeTfRecordBlocks, type RecordBlock } from '../../formats/tfrecord.js';
import type { TableColumn } from './row-functions.js';

/** Writes the rows of a query as gzip TFRecord of tf.Examples, streaming. */
export async function writeShardAsTfRecords(
  connection: DuckDBConnection,
  select: string,
  columns: readonly TableColumn[],
  emptyLists: boolean,
  file: string,
): Promise<void> {
  const encoder = new ExampleEncoder(columns, emptyLists);
  async function* blocks(): AsyncGenerator<RecordBlock> {
    const result = await connection.stream(select);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      yield* encoder.encode(chunk);
    }
  }
  await writeTfRecordBlocks(file, blocks(), { level: 1 });
}
