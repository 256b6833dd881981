import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRetrainFlags, type RetrainFlags } from '../../cli/retrain-options.js';
import { describeRetrain } from '../../cli/retrain-report.js';
import { isPipelineError } from '../../errors/pipeline-error.js';

const read = (flags: Partial<RetrainFlags>, current = {}): unknown =>
  readRetrainFlags({ param: [], ...flags }, current);

describe('the flags of retrain', () => {
  it('say what to look at and how often, in seconds', () => {
    assert.deepEqual(
      read({
        poll: 'a/{SPAN}/*',
        drift: 'b/{SPAN}/*',
        driftModule: 'taxi',
        driftEvery: '6h',
        every: '1d',
        retry: '0',
        maxRunsPerDay: '4',
        onMissing: 'wait=2h/10s',
      }),
      {
        poll: { input: 'a/{SPAN}/*', everySeconds: 60 },
        drift: { input: 'b/{SPAN}/*', module: 'taxi', everySeconds: 21_600 },
        everySeconds: 86_400,
        retrySeconds: 0,
        maxRunsPerDay: 4,
        onMissing: { waitMs: 7_200_000, everyMs: 10_000 },
      },
    );
  });

  it('change a part of what there is, or take it away', () => {
    const current = {
      poll: { input: 'a', everySeconds: 9 },
      drift: { input: 'b/{SPAN}', module: 'm', everySeconds: 5 },
    };
    assert.deepEqual(read({ pollEvery: '2m' }, current), { poll: { input: 'a', everySeconds: 120 } });
    assert.deepEqual(read({ poll: false, drift: false, every: false, webhook: false }, current), {
      poll: null,
      drift: null,
      everySeconds: null,
      webhook: null,
    });
    assert.deepEqual(read({ driftExampleGen: 'import' }, current), {
      drift: { ...current.drift, exampleGen: 'import' },
    });
    assert.deepEqual(read({}), {});
  });

  for (const [flags, word] of [
    [{ pollEvery: '1m' }, /--poll is needed/],
    [{ drift: 'b/{SPAN}' }, /--drift-module is needed/],
    [{ every: 'soon' }, /--every: "soon" is no time/],
    [{ every: '20' }, /--every: "20" is no time/],
    [{ retry: '10ms' }, /--retry: "10ms" is no time/],
    [{ maxRunsPerDay: 'two' }, /"two" is no whole number/],
    [{ onMissing: 'hope' }, /"hope"/],
  ] as const) {
    it(`that do not fit are refused: ${JSON.stringify(flags)}`, () => {
      assert.throws(
        () => read(flags),
        (error) => isPipelineError(error) && word.test(error.what),
      );
    });
  }
});

it('a report says first what is waited for', () => {
  const text = describeRetrain({
    workflowId: 'retrain/taxi',
    config: { pipeline: 'taxi' },
    waitsFor: 'new data',
    queue: [3, null],
    received: 0,
    runs: 2,
    runsToday: 1,
    failuresInRow: 1,
    lastRuns: [],
    drift: { span: 3, comparedWith: 1, drifted: false, says: 'Span 3 has not drifted', at: '2026-11-22T00:00:00Z' },
  });
  assert.match(text, /retrain\/taxi.* retrains taxi\nIt waits for new data\.\n/);
  for (const fact of ['span 3, data without a span', '1 in a row; stops at 3', '2 so far, 1 of at most 24 today'])
    assert.ok(text.includes(fact), text);
  assert.match(text, /Span 3 has not drifted/);
});
