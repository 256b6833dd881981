import type { DuckDBConnection } from '@duckdb/node-api';
import { columnValues } from '../../formats/column-values.js';
import { exampleTypes } from '../../formats/parquet-as-examples.js';
import { encodeExample } from '../../formats/tf-example.js';
import { writeTfRecords } from '../../formats/tfrecord.js';
import type { TableColumn } from './row-functions.js';

/** Writes the rows of a query as gzip TFRecord of tf.Examples, streaming. */
export async function writeShardAsTfRecords(
  connection: DuckDBConnection,
  select: string,
  columns: readonly TableColumn[],
  emptyLists: boolean,
  file: string,
): Promise<void> {
  const types = exampleTypes(columns.filter((column) => !column.isBlank));
  async function* records(): AsyncGenerator<Uint8Array> {
    const result = await connection.stream(select);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      const values = columns.map((column, i) => columnValues(chunk, i, column));
      for (let row = 0; row < chunk.rowCount; row++) {
        const cells = columns.map(({ name }, i) => [name, values[i]![row] ?? (emptyLists ? [] : null)] as const);
        yield encodeExample(Object.fromEntries(cells), types);
      }
    }
  }
  await writeTfRecords(file, records(), { level: 1 });
}
