import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decodeExample, encodeExample } from '../../formats/tf-example.js';
import { frameRecord, readTfRecords, writeTfRecords } from '../../formats/tfrecord.js';
import { crc32c } from '../../formats/crc32c.js';
import { openExamples, readRows } from '../../formats/examples.js';
import { encodeParquetAsExamples } from '../../formats/parquet-as-examples.js';
import { sharedPath, skipWithout } from '../support/shared.js';

let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tfrecord-'));
});
after(async () => {
  await rm(folder, { recursive: true });
});

async function records(file: string): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for await (const record of readTfRecords(file)) found.push(Buffer.from(record));
  return found;
}

describe('tf.Example', () => {
  it('is serialized with sorted keys, as TFX does before it hashes', () => {
    const bytes = encodeExample({ s: 'row0', a: 0n });
    assert.equal(Buffer.from(bytes).toString('hex'), '0a1b0a0a0a016112051a030a01000a0d0a017312080a060a04726f7730');
    const bucket = BigInt(`0x${createHash('sha256').update(bytes).digest('hex')}`) % 3n;
    assert.equal(bucket, 0n);
  });

  it('keeps values, lists, empty lists and missing values', () => {
    const decoded = decodeExample(
      encodeExample(
        { i: [-1n, 2n ** 62n], f: [1 / 3, Number.NaN], b: ['ä', Uint8Array.of(0, 255)], e: [], t: [], m: null },
        { t: 'float' },
      ),
    );
    assert.deepEqual(decoded['i'], { type: 'int64', values: [-1n, 2n ** 62n] });
    assert.deepEqual(decoded['f'], { type: 'float', values: [Math.fround(1 / 3), Number.NaN] });
    assert.deepEqual(
      decoded['b']?.values.map((v) => Buffer.from(v as Uint8Array).toString('hex')),
      ['c3a4', '00ff'],
    );
    assert.deepEqual(decoded['e'], { type: undefined, values: [] });
    assert.deepEqual(decoded['t'], { type: 'float', values: [] });
    assert.ok(!('m' in decoded));
  });

  it('refuses a value that its type cannot hold', () => {
    assert.throws(() => encodeExample({ a: 1.5 }, { a: 'int64' }), { code: 'EXAMPLE_VALUE_MISFIT' });
    assert.throws(() => encodeExample({ a: 2n ** 63n }), { code: 'EXAMPLE_VALUE_MISFIT' });
  });

  it('refuses bytes that are not a tf.Example, wherever they are cut', () => {
    const whole = encodeExample({ a: [1n, 300n], b: 'text', c: 1.5 });
    for (let length = 1; length < whole.length; length++) {
      assert.throws(() => decodeExample(whole.subarray(0, length)), { code: 'EXAMPLE_CORRUPT' });
    }
  });
});

describe('TFRecord', () => {
  it('computes CRC-32C', () => {
    // RFC 3720, appendix B.4.
    assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
    assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  });

  for (const gzip of [true, false]) {
    it(`reads what it writes, ${gzip ? 'gzip' : 'plain'}, and equal records give equal files`, async () => {
      const some = Array.from({ length: 5000 }, (_, i) => Buffer.alloc(i % 700, i));
      const files = ['a', 'b'].map((name) => path.join(folder, `${name}${gzip ? '.gz' : ''}`));
      for (const file of files) assert.equal(await writeTfRecords(file, some, { gzip }), 5000);
      assert.deepEqual(await records(files[0]!), some);
      assert.deepEqual(await readFile(files[0]!), await readFile(files[1]!));
    });
  }

  it('names file, record and offset where a checksum does not match', async () => {
    const file = path.join(folder, 'corrupt');
    const bytes = Buffer.concat([frameRecord(Buffer.from('one')), frameRecord(Buffer.from('two'))]);
    bytes[19 + 13]! ^= 1;
    await writeFile(file, bytes);
    await assert.rejects(records(file), {
      code: 'TFRECORD_CORRUPT',
      details: { file, offset: 19, record: 1, part: 'bytes' },
    });
  });

  it('refuses a file that was cut, gzip or plain', async () => {
    for (const gzip of [true, false]) {
      const file = path.join(folder, `cut-${gzip}`);
      await writeTfRecords(file, [Buffer.from('one'), Buffer.alloc(1000, 7)], { gzip });
      await truncate(file, 40);
      await assert.rejects(records(file), { code: 'TFRECORD_TRUNCATED' });
    }
  });

  it('refuses a missing file and a damaged gzip stream', async () => {
    await assert.rejects(records(path.join(folder, 'none')), { code: 'TFRECORD_UNREADABLE' });
    const file = path.join(folder, 'damaged.gz');
    await writeFile(file, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255, 255]));
    await assert.rejects(records(file), { code: 'TFRECORD_UNREADABLE' });
  });
});

describe("TFX's own TFRecords", { skip: skipWithout('golden/tfrecord') }, () => {
  it('are read to the same values', async () => {
    const found = await records(sharedPath('golden/tfrecord/wine-train-first100.tfrecord')!);
    const expected = JSON.parse(
      await readFile(sharedPath('golden/tfrecord/wine-train-first100.json')!, 'utf8'),
    ) as Record<string, unknown>[];
    assert.equal(found.length, 100);
    for (const [i, record] of found.entries()) {
      const features = decodeExample(record);
      const values = Object.entries(features).map(([name, f]) => [name, Array.from(f.values as number[], Number)]);
      assert.deepEqual({ ...Object.fromEntries(values), _serialized_len: record.length }, expected[i]);
    }
  });

  it('open as Parquet with one row per record', async () => {
    const opened = await openExamplesOf('golden/tfrecord/wine-eval.tfrecord.gz');
    assert.equal(opened.rows, 1636);
    assert.equal(opened.columns.find((c) => c.name === 'quality')?.kind, 'INT');
    assert.ok(opened.columns.every((c) => !c.repeated));
    let count = 0;
    await encodeParquetAsExamples(opened.parquet, () => count++, { temporaryPath: folder });
    assert.equal(count, 1636);
  });

  it('with lists, bytes that are no text and features without a kind survive', async () => {
    const opened = await openExamplesOf('golden/tfrecord/mixed.tfrecord');
    const rows = [];
    for await (const chunk of readRows(opened, { temporaryPath: folder })) rows.push(...chunk);
    const expected = (await records(sharedPath('golden/tfrecord/mixed.tfrecord')!)).map((r) => decodeExample(r));
    assert.equal(rows.length, 20);
    for (const [i, row] of rows.entries()) {
      assert.deepEqual(row['i'], expected[i]?.['i']?.values);
      assert.deepEqual(row['f'], expected[i]?.['f']?.values);
    }
  });
});

async function openExamplesOf(shared: string): ReturnType<typeof openExamples> {
  const split = await mkdtemp(path.join(folder, 'split-'));
  await writeFile(path.join(split, 'data_tfrecord-00000-of-00001.gz'), await readFile(sharedPath(shared)!));
  return await openExamples(split, { temporaryPath: folder });
}
