import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { driveFiles } from '../../../components/example-gen/driver.js';
import { rangeOfRun, spanOf } from '../../../components/example-gen/nominal-spans.js';
import { chooseSpans } from '../../../components/example-gen/spans.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-nominal-'));
after(() => rmSync(folder, { recursive: true }));

describe('the nominal time of a run', () => {
  const nominalTime = '2026-03-04T02:00:00.000Z';
  const day = (date: string): number => Date.parse(date) / 86_400_000;

  it('chooses its own day, an earlier one, or a window that ends with it', () => {
    const range = (nominal: number, delay?: number): unknown =>
      rangeOfRun({ nominal, ...(delay === undefined ? {} : { delay }) }, { nominalTime });
    assert.deepEqual(range(1), { first: day('2026-03-04'), last: day('2026-03-04'), atLeast: 1 });
    assert.deepEqual(range(1, 1), { first: day('2026-03-03'), last: day('2026-03-03'), atLeast: 1 });
    assert.deepEqual(range(3), { first: day('2026-03-02'), last: day('2026-03-04'), atLeast: 3 });
  });

  it('gives way to a span that the run was started for', () => {
    assert.deepEqual(rangeOfRun({ nominal: 2 }, { nominalTime, span: 9 }), { first: 8, last: 9, atLeast: 2 });
  });

  it('counts periods of any length from any origin', () => {
    assert.equal(spanOf('2026-01-01T00:00:09.999Z', { period: 5, origin: '2026-01-01T00:00:00Z' }), 1);
    assert.equal(spanOf('2026-01-01T00:00:10.000Z', { period: 5, origin: '2026-01-01T00:00:00Z' }), 2);
    assert.throws(() => spanOf(nominalTime, { origin: 'yesterday' }), { code: 'SPAN_PATTERN_INVALID' });
  });

  it('needs the last span of its window, and as many in all as the pipeline says', () => {
    const spans = [1, 2, 4].map((span) => ({ span, version: undefined, pattern: String(span) }));
    const chosen = (first: number, last: number, atLeast: number): number[] =>
      chooseSpans(spans, { first, last, atLeast }).map(({ span }) => span);
    assert.deepEqual(chosen(1, 4, 3), [4, 2, 1]);
    assert.deepEqual(chosen(2, 4, 3), []);
    assert.deepEqual(chosen(2, 4, 2), [4, 2]);
    assert.deepEqual(chosen(1, 3, 1), [], 'the last one is not there');
  });
});

describe('input roots', () => {
  const { signal } = new AbortController();
  const drive = (input: string, roots: readonly string[]): Promise<unknown> =>
    driveFiles({ parameters: { input }, nominalTime: '2026-01-01', inputRoots: roots, signal });

  it('let inputs below them pass, and refuse all others, also by links and dots', async () => {
    const inside = path.join(folder, 'inside');
    mkdirSync(inside);
    writeFileSync(path.join(inside, 'a.csv'), 'n\n1\n');
    writeFileSync(path.join(folder, 'secret.csv'), 'n\n1\n');
    symlinkSync(path.join(folder, 'secret.csv'), path.join(inside, 'link.csv'));
    await drive(`${inside}/a.csv`, [inside]);
    for (const input of [`${folder}/secret.csv`, `${inside}/../secret.csv`, `${inside}/link.csv`, `${inside}/*.csv`]) {
      await assert.rejects(drive(input, [inside]), { code: 'INPUT_OUTSIDE_ROOTS' }, input);
    }
    await assert.rejects(drive(`${inside}/a.csv`, []), { code: 'INPUT_OUTSIDE_ROOTS' });
  });
});
