import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { csvExampleGen } from '../../../components/example-gen/csv-executor.js';
import { chooseSpans, parseSpanPattern } from '../../../components/example-gen/spans.js';
import { rowsOf, runExampleGen, temporaryFolder } from './run-example-gen.js';

async function tree(files: readonly string[]): Promise<string> {
  const root = await temporaryFolder();
  for (const [i, file] of files.entries()) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), `n\n${i}\n`);
  }
  return root;
}

describe('span patterns', () => {
  it('are read from paths, and put back as the text that was found', () => {
    const pattern = parseSpanPattern('d/s{SPAN:3}/v{VERSION}/*.csv')!;
    assert.equal(pattern.glob, 'd/s*/v*/*.csv');
    assert.deepEqual(pattern.match('d/s007/v12/a.csv'), { span: 7, version: 12, pattern: 'd/s007/v12/*.csv' });
    assert.equal(pattern.match('d/s07/v12/a.csv'), undefined);
    assert.equal(parseSpanPattern('d/*.csv'), undefined);
  });

  it('dates are days since 1970-01-01', () => {
    assert.equal(parseSpanPattern('{YYYY}-{MM}-{DD}.csv')!.match('2019-01-01.csv')?.span, 17_897);
    assert.throws(() => parseSpanPattern('{YYYY}-{MM}-{DD}')!.match('2019-02-30'), { code: 'SPAN_PATTERN_INVALID' });
  });

  it('the latest span is the highest number, in its highest version', () => {
    const matches = [
      [2, 1],
      [10, 1],
      [10, 3],
      [9, 9],
    ].map(([span, version]) => ({ span: span!, version, pattern: `${span}.${version}` }));
    assert.deepEqual(
      chooseSpans(matches).map((m) => m.pattern),
      ['10.3'],
    );
    assert.deepEqual(
      chooseSpans(matches, { rolling: 2 }).map((m) => m.pattern),
      ['10.3', '9.9'],
    );
    assert.deepEqual(
      chooseSpans(matches, { rolling: 5, start: 9 }).map((m) => m.pattern),
      ['10.3', '9.9'],
    );
    assert.deepEqual(
      chooseSpans(matches, { static: 2 }).map((m) => m.pattern),
      ['2.1'],
    );
  });

  for (const pattern of ['{SPAN}{SPAN}', '{VERSION}', '{YYYY}{MM}', '{SPAN}/{YYYY}{MM}{DD}']) {
    it(`${pattern} is refused`, () => {
      assert.throws(() => parseSpanPattern(pattern), { code: 'SPAN_PATTERN_INVALID' });
    });
  }
});

describe('CsvExampleGen with spans', () => {
  const files = ['s1/v1/a.csv', 's2/v1/a.csv', 's2/v2/a.csv', 's10/v1/a.csv'];

  it('reads the latest span, or the pinned one, or several', async () => {
    const input = `${await tree(files)}/s{SPAN}/v{VERSION}/*`;
    const read = async (span?: unknown): Promise<unknown[]> => {
      const outcome = await runExampleGen(csvExampleGen, {
        input,
        split: { all: 1 },
        ...(span === undefined ? {} : { span }),
      });
      const { span: found, version } = outcome.result.properties!['examples']!;
      return [found, version, ...(await rowsOf(outcome, 'all')).map((row) => Number(row['n'])).sort()];
    };
    assert.deepEqual(await read(), [10, 1, 3]);
    assert.deepEqual(await read({ static: 2 }), [2, 2, 2]);
    assert.deepEqual(await read({ rolling: 2 }), [10, 1, 2, 3]);
    await assert.rejects(read({ static: 5 }), { code: 'SPAN_NOT_FOUND' });
  });

  it('reads a folder that a pattern names', async () => {
    const input = `${await tree(['2026-01-01/a.csv', '2026-01-02/a.csv'])}/{YYYY}-{MM}-{DD}`;
    const outcome = await runExampleGen(csvExampleGen, { input, split: { all: 1 } });
    assert.deepEqual(await rowsOf(outcome, 'all'), [{ n: 1n }]);
  });

  it('refuses splits whose latest spans differ, and a range without a pattern', async () => {
    const root = await tree(['train/1.csv', 'train/2.csv', 'eval/1.csv']);
    const input = ['train', 'eval'].map((name) => ({ name, pattern: `${root}/${name}/{SPAN}.csv` }));
    await assert.rejects(runExampleGen(csvExampleGen, { input }), { code: 'SPANS_DIFFER' });
    await assert.rejects(runExampleGen(csvExampleGen, { input: root, span: { static: 1 } }), {
      code: 'SPAN_PATTERN_INVALID',
    });
  });
});
