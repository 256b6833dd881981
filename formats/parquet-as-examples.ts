import { ExampleEncoder } from './example-encoder.js';
import { describeParquet, streamChunks, type OpenExamplesOptions } from './examples.js';

/**
 * Serializes the rows of Parquet files as tf.Examples, in file order; missing values (null) are left out.
 *
 * @param onRecord - gets each record and its number from 0; it may be asynchronous, and return false to stop.
 * @returns how many records were handed out.
 */
export async function encodeParquetAsExamples(
  files: readonly string[],
  onRecord: (record: Uint8Array, index: number) => unknown,
  options: OpenExamplesOptions & { readonly limit?: number },
): Promise<number> {
  const { columns } = await describeParquet(files, options);
  const encoder = new ExampleEncoder(columns);
  let index = 0;
  for await (const chunk of streamChunks(files, columns, options)) {
    for (const { bytes, starts, ends, count } of encoder.encode(chunk)) {
      for (let i = 0; i < count; i++) {
        const answer = onRecord(bytes.subarray(starts[i], ends[i]), index++);
        if ((answer instanceof Promise ? await answer : answer) === false) return index;
      }
    }
  }
  return index;
}
