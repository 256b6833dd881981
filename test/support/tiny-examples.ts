import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { encodeExample, type ExampleRow } from '../../formats/tf-example.js';
import { writeTfRecords } from '../../formats/tfrecord.js';

/** Writes rows as Examples of one split, in TFRecord files as TFX writes them. */
export async function writeTinyExamples(folder: string, split: string, rows: readonly ExampleRow[]): Promise<string> {
  const place = path.join(folder, `Split-${split}`);
  await mkdir(place, { recursive: true });
  const records = rows.map((row) => encodeExample(row, { x: 'float', y: 'float', city: 'bytes' }));
  await writeTfRecords(path.join(place, 'data_tfrecord-00000-of-00001.gz'), records);
  return folder;
}
