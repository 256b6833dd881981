import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { openExamples } from '../../formats/examples.js';
import { encodeParquetAsExamples } from '../../formats/parquet-as-examples.js';
import { encodeExample, type ExampleRow, type FeatureType } from '../../formats/tf-example.js';
import { writeTfRecords } from '../../formats/tfrecord.js';
import { Random } from '../fuzz/random.js';

const root = mkdtempSync(path.join(tmpdir(), 'tfx-round-trip-'));
after(() => rmSync(root, { recursive: true }));

const TYPES: Readonly<Record<string, FeatureType>> = {
  count: 'int64',
  'late counts': 'int64',
  'price €': 'float',
  prices: 'float',
  place: 'bytes',
  tags: 'bytes',
  image: 'bytes',
};

const text = (random: Random): string =>
  random.pick(['', 'a', 'twelve bytes', 'ü'.repeat(9), 'long '.repeat(random.below(40))]);
const int = (random: Random): bigint =>
  random.pick([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), BigInt(random.below(1e6)), -BigInt(random.below(300))]);
const list = <T>(random: Random, make: (random: Random) => T): T[] =>
  Array.from({ length: random.below(5) }, () => make(random));

/** A row of every kind of feature, of which later rows have some that earlier ones lack, or have them as lists. */
function row(random: Random, number: number): ExampleRow {
  const maybe = <T>(probability: number, value: T): T | null => (random.chance(probability) ? value : null);
  return {
    count: maybe(0.9, int(random)),
    'late counts': number < 3000 ? maybe(0.3, int(random)) : maybe(0.8, list(random, int)),
    'price €': Math.fround(random.next()),
    prices: maybe(
      0.7,
      list(random, (r) => Math.fround(r.next() * 100)),
    ),
    place: maybe(0.8, text(random)),
    tags: number < 6000 ? null : maybe(0.9, list(random, text)),
    image: maybe(
      0.5,
      Uint8Array.from({ length: random.below(30) }, () => random.below(256)),
    ),
  };
}

describe('tf.Examples', () => {
  for (const [name, threads] of [
    ['on one thread', 1],
    ['on two threads', 2],
  ] as const) {
    it(`come back from Parquet byte by byte, whatever their features, ${name}`, async () => {
      const random = new Random(7);
      const records = Array.from({ length: 9000 }, (_, i) => encodeExample(row(random, i), TYPES));
      const split = mkdtempSync(path.join(root, 'split-'));
      for (const [i, start] of [0, 2500, 2501, 7000].entries()) {
        const part = records.slice(start, [2500, 2501, 7000, 9000][i]);
        await writeTfRecords(path.join(split, `data_tfrecord-0000${i}-of-00004.gz`), part, { gzip: i % 2 === 0 });
      }
      const opened = await openExamples(split, { temporaryPath: root, threads });
      assert.equal(opened.rows, records.length);
      let wrong = 0;
      const read = await encodeParquetAsExamples(
        opened.parquet,
        (record, i) => void (Buffer.compare(record, records[i]!) === 0 || wrong++),
        { temporaryPath: root, threads },
      );
      assert.deepEqual([read, wrong], [records.length, 0]);
    });
  }
});
