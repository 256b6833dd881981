import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { csvExampleGen } from '../../../components/example-gen/csv-executor.js';
import { sqlString, withDuckDb } from '../../../formats/duckdb.js';
import { sharedPath, skipWithout } from '../../support/shared.js';
import { rowsOf, runExampleGen, temporaryFolder, type RunOutcome, type RunSettings } from './run-example-gen.js';

type Parameters = Readonly<Record<string, unknown>>;

async function ingest(
  content: string | Buffer,
  parameters: Parameters = {},
  settings: RunSettings = {},
): Promise<RunOutcome> {
  const input = path.join(await temporaryFolder(), 'data.csv');
  await writeFile(input, content);
  return await runExampleGen(csvExampleGen, { input, split: { all: 1 }, ...parameters }, settings);
}

async function rowsFrom(content: string | Buffer, parameters: Parameters = {}): Promise<unknown[]> {
  return await rowsOf(await ingest(content, parameters), 'all');
}

async function digestOf(outcome: RunOutcome): Promise<string> {
  const hash = createHash('sha256');
  const names = (await readdir(outcome.path, { recursive: true })).filter((name) => name.includes('.')).sort();
  for (const name of names) hash.update(name).update(await readFile(path.join(outcome.path, name)));
  return hash.digest('hex');
}

/** DuckDB compresses for us what Node 20 cannot. */
async function zstdCsv(): Promise<Buffer> {
  const file = path.join(await temporaryFolder(), 'data.csv.zst');
  await withDuckDb(
    { threads: 1, memoryLimitMiB: 128, temporaryPath: path.dirname(file), allowedPaths: [] },
    async (connection) =>
      await connection.run(`COPY (SELECT 1 AS a, 'x' AS b) TO ${sqlString(file)} (FORMAT csv, COMPRESSION zstd)`),
  );
  return await readFile(file);
}

describe('CsvExampleGen', () => {
  it('infers INT, FLOAT and STRING over all rows, and takes blanks for missing', async () => {
    const rows = await rowsFrom('i,f,s,blank\n1,1,1,\n-2,.5,x,\n,,,\n9223372036854775807,1e3,"",""\n');
    assert.deepEqual(
      new Set(rows),
      new Set([
        { i: 1n, f: 1, s: '1', blank: null },
        { i: -2n, f: 0.5, s: 'x', blank: null },
        { i: null, f: null, s: null, blank: null },
        { i: 9223372036854775807n, f: 1000, s: null, blank: null },
      ]),
    );
  });

  it('takes text that only looks like a number for what Python says it is', async () => {
    const [row] = await rowsFrom('a,b,c,d,e,f,g,h\n1.5,1e3,0x1F,1_000, 12 ,9223372036854775808,nan,+5\n');
    assert.deepEqual(row, {
      a: 1.5,
      b: 1000,
      c: '0x1F',
      d: 1000n,
      e: 12n,
      f: '9223372036854775808',
      g: Number.NaN,
      h: 5n,
    });
  });

  it('sees a value far behind the sample that changes a type', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) => `${i},,${i}`).join('\n');
    const rows = (await rowsFrom(`a,b,c\n${many}\n1.5,2,x\n`)) as Record<string, unknown>[];
    assert.equal(rows.length, 30_001);
    assert.deepEqual(
      rows.find((row) => row['b'] !== null),
      { a: 1.5, b: 2n, c: 'x' },
    );
  });

  it('rounds to float32 through double, and keeps what is beyond it infinite', async () => {
    const rows = await rowsFrom('f\n0.1\n1e39\n-1e39\n1e-50\n');
    const values = new Set(rows.map((row) => (row as { f: number }).f));
    assert.deepEqual(values, new Set([Math.fround(0.1), Infinity, -Infinity, 0]));
  });

  it('reads quoted line breaks, delimiters and doubled quotes', async () => {
    const rows = await rowsFrom('a,b\r\n"x\r\ny","1,2"\r\n"say ""hi""",z\r\n');
    assert.deepEqual(
      new Set(rows),
      new Set([
        { a: 'x\r\ny', b: '1,2' },
        { a: 'say "hi"', b: 'z' },
      ]),
    );
  });

  it('evens out mixed line ends outside of quotes only', async () => {
    const rows = await rowsFrom('a,b\r\n1,"p\r\nq"\n2,"r\rs"\r3,t\n\n\r\n');
    assert.deepEqual(
      new Set(rows),
      new Set([
        { a: 1n, b: 'p\r\nq' },
        { a: 2n, b: 'r\rs' },
        { a: 3n, b: 't' },
      ]),
    );
  });

  it('reads other delimiters, quotes and null tokens', async () => {
    const rows = await rowsFrom("a;b\n1;'x;y'\nNA;-\n", { delimiter: ';', quote: "'", nullTokens: ['NA', '-'] });
    assert.deepEqual(
      new Set(rows),
      new Set([
        { a: 1n, b: 'x;y' },
        { a: null, b: null },
      ]),
    );
  });

  it('reads BOMs, UTF-16, Latin-1, gzip and zstd', async () => {
    const text = 'wört,n\nä,1\n';
    const expected = [{ wört: 'ä', n: 1n }];
    const bom = Buffer.from([0xff, 0xfe]);
    assert.deepEqual(await rowsFrom(`\uFEFF${text}`), expected);
    assert.deepEqual(await rowsFrom(`\uFEFF"a\nb",c\n1,"\r"\n`), [{ 'a\nb': 1n, c: '\r' }]);
    assert.deepEqual(await rowsFrom(Buffer.concat([bom, Buffer.from(text, 'utf16le')])), expected);
    assert.deepEqual(await rowsFrom(Buffer.from(text, 'utf16le'), { encoding: 'utf-16le' }), expected);
    assert.deepEqual(await rowsFrom(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()), expected);
    assert.deepEqual(await rowsFrom(Buffer.from(text, 'latin1'), { encoding: 'latin-1' }), expected);
    assert.deepEqual(await rowsFrom(gzipSync(text)), expected);
    assert.deepEqual(await rowsFrom(await zstdCsv()), [{ a: 1n, b: 'x' }]);
  });

  it('keeps a cell of 1 MB, a record of 3 MB and a NUL character', async () => {
    const rows = (await rowsFrom(`a,b\n1,${'x'.repeat(1 << 20)}\n2,"${'y\n'.repeat(1_500_000)}"\n3,p\0q\n`)) as {
      a: bigint;
      b: string;
    }[];
    assert.deepEqual(rows.map(({ a, b }) => [a, b.length]).sort(), [
      [1n, 1 << 20],
      [2n, 3_000_000],
      [3n, 3],
    ]);
  });

  it('reads 5,000 columns', async () => {
    const cells = (of: (i: number) => string): string => Array.from({ length: 5000 }, (_, i) => of(i)).join(',');
    const [row] = (await rowsFrom(`${cells((i) => `c${i}`)}\n${cells(String)}\n`)) as Record<string, unknown>[];
    assert.equal(row?.['c4999'], 4999n);
  });

  it('keeps hostile column names and values as they are', async () => {
    const names = ['"; DROP TABLE x', '../../x', '<script>', "a'b", 'c0', 'h'];
    const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
    const [row] = (await rowsFrom(`${header}\n1,2,3,4,5,6\n`)) as Record<string, unknown>[];
    assert.deepEqual(row, Object.fromEntries(names.map((name, i) => [name, BigInt(i + 1)])));
  });

  const refused: readonly (readonly [string, string | Buffer, string, RegExp])[] = [
    ['an empty file', '', 'CSV_EMPTY', /no bytes/],
    ['a file of blank lines', '\n\n', 'CSV_EMPTY', /no header/],
    ['a header without rows', 'a,b\n', 'CSV_NO_ROWS', /2 columns and no rows/],
    ['a short row', 'a,b\n1,2\n3\n', 'CSV_BAD_ROW', /line 3.*2 columns.*has 1/],
    ['a long row after quoted breaks', 'a,b\n"1\n\n",2\n3,4,5\n', 'CSV_BAD_ROW', /line 5.*has 3: "3,4,5"/],
    ['a quote that is never closed', 'a,b\n1,"2\n3,4\n', 'CSV_BAD_ROW', /line 2.*quote is not closed/],
    ['text after a closing quote', 'a,b\n1,"2"x\n', 'CSV_BAD_ROW', /line 2.*text follows/],
    ['repeated column names', 'a,b,A\n1,2,3\n', 'CSV_HEADER_INVALID', /columns 1 and 3/],
    ['a column without a name', 'a,,c\n1,2,3\n', 'CSV_HEADER_INVALID', /column 2 has no name/],
    ['text that is not UTF-8', Buffer.from('a,b\n1,\xff\n', 'latin1'), 'CSV_BAD_ROW', /line 2.*not UTF-8/],
    ['binary junk', Buffer.from('\x7fELF\x02\x01\x01\0\0\0\xffjunk\n\0\n', 'latin1'), 'CSV_NOT_TEXT', /no UTF-8/],
    ['Parquet by another name', 'PAR1 and so on', 'CSV_NOT_TEXT', /is Parquet/],
    ['half a gzip file', gzipSync('a,b\n1,2\n').subarray(0, 20), 'CSV_UNREADABLE', /cannot be decompressed/],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 97, 0, 10, 0, 49]), 'CSV_NOT_TEXT', /is cut/],
  ];
  for (const [what, content, code, says] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(ingest(content), (error: { code: string; message: string }) => {
        assert.equal(error.code, code, error.message);
        assert.match(error.message, says);
        return true;
      });
    });
  }

  it('refuses a missing file and an unknown scheme', async () => {
    const run = async (input: string): Promise<unknown> => await runExampleGen(csvExampleGen, { input });
    await assert.rejects(run('/nowhere/data.csv'), { code: 'INPUT_NOT_FOUND' });
    await assert.rejects(run('/nowhere/*.csv'), { code: 'INPUT_NOT_FOUND' });
    await assert.rejects(run('ftp://host/data.csv'), { code: 'INPUT_SCHEME_UNSUPPORTED' });
  });

  it('reads several files as one table, and refuses different headers', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, '1.csv'), 'a,b\n1,x\n');
    await writeFile(path.join(folder, '2.csv'), 'a,b\n2.5,y\n');
    const rows = await rowsOf(
      await runExampleGen(csvExampleGen, { input: `file://${folder}/*.csv`, split: { all: 1 } }),
      'all',
    );
    assert.deepEqual(
      new Set(rows),
      new Set([
        { a: 1, b: 'x' },
        { a: 2.5, b: 'y' },
      ]),
    );
    await writeFile(path.join(folder, '3.csv'), 'a,c\n2.5,y\n');
    await assert.rejects(runExampleGen(csvExampleGen, { input: folder }), { code: 'CSV_HEADERS_DIFFER' });
  });
});

describe('the hash split', () => {
  const content = `id,text,x\n${Array.from({ length: 3000 }, (_, i) => `${i},${'äb'.repeat(i % 40)}-${i},${i / 7}`).join('\n')}\n`;

  it('gives the same bytes with one and two threads, and whatever the order of rows', async () => {
    const [header, ...lines] = content.trim().split('\n');
    const reversed = `${header}\n${lines.reverse().join('\n')}\n`;
    const split = { train: 2, eval: 1 };
    const digests = await Promise.all([
      ingest(content, { split }, { threads: 1 }).then(digestOf),
      ingest(content, { split }, { threads: 2 }).then(digestOf),
      ingest(reversed, { split }).then(digestOf),
    ]);
    assert.equal(new Set(digests).size, 1);
  });

  it('is frozen: these rows will always fall into these splits', async () => {
    const rows = await rowsOf(
      await ingest('a,b\n1,x\n2,y\n3,a long text of more than twelve bytes\n4,\n5,ä\n6,ß—€\n', {
        split: { train: 2, eval: 1 },
      }),
      'train',
    );
    assert.deepEqual(
      rows.map((row) => row['a']),
      FROZEN_TRAIN,
    );
  });

  it('shares rows out as asked, and keeps equal rows together', async () => {
    const outcome = await ingest(`${content}${content.slice(content.indexOf('\n') + 1)}`, {
      split: { train: 2, eval: 1 },
    });
    const [train, held] = await Promise.all([rowsOf(outcome, 'train'), rowsOf(outcome, 'eval')]);
    assert.equal(train.length + held.length, 6000);
    assert.ok(Math.abs(held.length / 6000 - 1 / 3) < 0.03, String(held.length));
    const ids = new Set(train.map((row) => row['id']));
    assert.ok(held.every((row) => !ids.has(row['id'])));
  });

  it('a seed changes the order and nothing else', async () => {
    const [one, two] = await Promise.all([rowsFrom(content), rowsFrom(content, { seed: 7 })]);
    assert.notDeepEqual(one, two);
    assert.deepEqual(new Set(one), new Set(two));
  });

  it('shards keep the order of the whole', async () => {
    const whole = await rowsFrom(content);
    const outcome = await ingest(content, { rowsPerShard: 1000 });
    const files = await readdir(path.join(outcome.path, 'Split-all'));
    assert.deepEqual(
      files.sort(),
      [0, 1, 2].map((k) => `data_parquet-0000${k}-of-00003.parquet`),
    );
    assert.deepEqual(await rowsOf(outcome, 'all'), whole);
  });

  it('refuses names and shares that cannot be', async () => {
    await assert.rejects(ingest(content, { split: { '../x': 1 } }), { code: 'SPLIT_CONFIG_INVALID' });
    await assert.rejects(
      ingest(content, {
        split: [
          { name: 'a', hashBuckets: 1 },
          { name: 'a', hashBuckets: 1 },
        ],
      }),
      {
        code: 'SPLIT_CONFIG_INVALID',
      },
    );
  });
});

const FROZEN_TRAIN = [4n, 6n, 3n, 2n];

describe('wine', { skip: skipWithout('data/wine-quality.csv') }, () => {
  it('has 4,898 rows, eleven float columns and an integer', async () => {
    const outcome = await runExampleGen(csvExampleGen, { input: sharedPath('data/wine-quality.csv') });
    const { properties, metrics } = outcome.result;
    assert.equal(metrics?.['rows'], 4898);
    assert.equal(properties?.['examples']?.['split_names'], '["train","eval"]');
    const [row] = await rowsOf(outcome, 'train');
    assert.equal(Object.values(row ?? {}).filter((value) => typeof value === 'number').length, 11);
    assert.equal(typeof row?.['quality'], 'bigint');
  });
});
