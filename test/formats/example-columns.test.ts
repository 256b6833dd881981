import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ColumnReader, type ExampleColumn } from '../../formats/example-columns.js';
import { decodeExample, encodeExample, type ExampleRow } from '../../formats/tf-example.js';

const ROWS: readonly ExampleRow[] = [
  { i: [1n, -1n, 2n ** 62n, -(2n ** 63n)], f: [1 / 3, Number.NaN], s: ['ä', ''] },
  { s: 'only', late: 300n },
  { i: [], f: -0, late: 128n },
  { i: 5n, f: 1e30, s: Uint8Array.of(0, 255), late: -7n },
];

/** The values of one row, as `decodeExample` gives them. */
function valuesOf(column: ExampleColumn, row: number, source: Buffer): unknown[] {
  const from = column.offsets[row]!;
  const to = column.offsets[row + 1]!;
  if (column.type !== 'bytes') return Array.from(column.numbers.subarray(from, to) as Iterable<unknown>);
  return Array.from({ length: to - from }, (_, k) => source.subarray(column.starts[from + k], column.ends[from + k]));
}

describe('reading tf.Examples into columns', () => {
  it('gives what decoding them one by one gives', () => {
    const types = { i: 'int64', f: 'float', s: 'bytes', late: 'int64' } as const;
    const records = ROWS.map((row) => encodeExample(row, types));
    const source = Buffer.concat(records);
    const reader = new ColumnReader();
    let at = 0;
    for (const record of records) reader.add(source, at, (at += record.length));
    const batch = reader.take();
    assert.equal(batch.rows, ROWS.length);
    for (const [row, record] of records.entries()) {
      const decoded = decodeExample(record);
      for (const column of batch.columns) {
        assert.equal(column.present[row] === 1, column.name in decoded, `${column.name} of row ${row}`);
        const expected = decoded[column.name]?.values.map((v) => (v instanceof Uint8Array ? Buffer.from(v) : v)) ?? [];
        assert.deepEqual(valuesOf(column, row, source), expected, `${column.name} of row ${row}`);
      }
    }
  });

  it('begins a new batch, and keeps the types of the one before', () => {
    const reader = new ColumnReader();
    const first = Buffer.from(encodeExample({ a: 1n }));
    reader.add(first, 0, first.length);
    reader.take();
    const second = Buffer.from(encodeExample({ b: 'x' }));
    reader.add(second, 0, second.length);
    const batch = reader.take();
    assert.deepEqual(
      batch.columns.map(({ name, present }) => [name, Array.from(present)]),
      [
        ['a', [0]],
        ['b', [1]],
      ],
    );
    const clash = Buffer.from(encodeExample({ a: 'x' }));
    assert.throws(() => reader.add(clash, 0, clash.length), { code: 'FEATURE_TYPES_CLASH' });
  });

  it('refuses every record that is cut', () => {
    const whole = Buffer.from(encodeExample({ a: [1n, 300n], b: 'text', c: 1.5 }));
    for (let length = 1; length < whole.length; length++) {
      assert.throws(() => new ColumnReader().add(whole, 0, length), { code: 'EXAMPLE_CORRUPT' });
    }
  });
});
