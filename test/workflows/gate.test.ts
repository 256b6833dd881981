import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ExampleAnomalies } from '../../artifacts/types.js';
import { referenceCounts, referenceReasons } from '../../components/example-validator/reasons.js';
import { jsonBytes } from '../../components/payload-limits.js';
import type { AnomaliesProto, Severity } from '../../formats/statistics.js';
import { gate, type GateOptions } from '../../workflows/gate.js';
import { isOutcomeReached } from '../../workflows/outcome.js';

const anomaliesOf = (found: Record<string, AnomaliesProto>, errors: number, warnings: number): ExampleAnomalies => {
  const counts = referenceCounts(found);
  const reasons = referenceReasons(found);
  const properties = { errors, warnings, reasons, ...(counts !== undefined && { found: counts }) };
  return { type: 'ExampleAnomalies', id: 1, uri: 'file:///a', digest: 'd', properties };
};

const info = (severity: Severity, type: string) => ({ severity, description: `about ${type}`, reason: [{ type }] });

const anomalies = anomaliesOf(
  {
    train: { anomalyInfo: { a: info('ERROR', 'SCHEMA_MISSING_COLUMN'), b: info('WARNING', 'SCHEMA_NEW_COLUMN') } },
    eval: { anomalyInfo: { c: info('WARNING', 'SCHEMA_NEW_COLUMN'), d: info('WARNING', 'SCHEMA_NEW_COLUMN') } },
  },
  1,
  3,
);

/** The reasons for which a gate ends the run; undefined when it lets it pass. */
function rejection(options: GateOptions, of = anomalies): readonly string[] | undefined {
  try {
    assert.deepEqual(gate(of, options), { passed: true, reasons: [] });
    return undefined;
  } catch (error) {
    assert.ok(isOutcomeReached(error), String(error));
    assert.equal(error.outcome.outcome, 'DATA_REJECTED');
    return error.outcome.reasons;
  }
}

describe('gate', () => {
  it('ends the run on errors, in sentences', () => {
    assert.match(rejection({ failOn: 'ERROR' })?.[0] ?? '', /^Feature "a" in split "train": about SCHEMA_MISSING/);
  });

  it('counts the named splits only', () => {
    assert.equal(rejection({ failOn: 'ERROR', splits: ['eval'] }), undefined);
    assert.deepEqual(rejection({ failOn: 'WARNING', splits: ['eval'] }), [
      'SCHEMA_NEW_COLUMN in split "eval": 2 features.',
    ]);
  });

  it('counts or leaves out types of anomalies', () => {
    assert.equal(rejection({ failOn: 'ERROR', types: ['SCHEMA_NEW_COLUMN'] }), undefined);
    assert.equal(rejection({ failOn: 'ERROR', ignoreTypes: ['SCHEMA_MISSING_COLUMN'] }), undefined);
    assert.equal(rejection({ failOn: 'WARNING', types: ['SCHEMA_NEW_COLUMN'] })?.length, 2);
    assert.equal(rejection({ failOn: 'WARNING', ignoreTypes: ['SCHEMA_NEW_COLUMN'], splits: ['train'] })?.length, 1);
  });

  it('reports without ending the run, so that the caller warns or asks', () => {
    const report = gate(anomalies, { failOn: 'ERROR', action: 'report' });
    assert.equal(report.passed, false);
    assert.equal(report.reasons.length, 4);
    assert.equal(report.reasons[3], 'And 1 more anomaly.');
    assert.deepEqual(gate(anomalies, { failOn: 'ERROR', action: 'report', splits: ['eval'] }), {
      passed: true,
      reasons: [],
    });
  });

  it('lets nothing pass that it can not tell apart', () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `split-${i}`,
        { anomalyInfo: { a: info('ERROR', 'SCHEMA_MISSING_COLUMN') } },
      ]),
    );
    const crowded = anomaliesOf(many, 40, 0);
    assert.equal(crowded.properties.found, undefined);
    assert.ok((rejection({ failOn: 'ERROR', splits: ['none'] }, crowded)?.length ?? 0) > 0);
  });

  it('data without any example are an error', () => {
    const empty = anomaliesOf({ train: { dataMissing: true } }, 1, 0);
    assert.deepEqual(rejection({ failOn: 'ERROR', types: ['DATA_MISSING'] }, empty), [
      'DATA_MISSING in split "train": 1 feature.',
    ]);
  });
});

describe('the reference of anomalies', () => {
  it('stays small whatever columns are named and hold', () => {
    const long = '漢'.repeat(5000);
    const infos = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        `${long}${i}`,
        { ...info('ERROR', 'SCHEMA_NEW_COLUMN'), description: `"${long}"` },
      ]),
    );
    const reference = anomaliesOf({ train: { anomalyInfo: infos }, eval: { anomalyInfo: infos } }, 40, 0);
    assert.ok(jsonBytes(reference) < 1800, `${jsonBytes(reference)} bytes`);
    const [worst, more, ...others] = JSON.parse(reference.properties.reasons) as string[];
    assert.match(worst ?? '', /in split "train" \(and "eval"\): /);
    assert.deepEqual([more, others], ['And 19 more anomalies.', []]);
  });

  it('says once what breaks the same rule in several splits', () => {
    const bad = { anomalyInfo: { a: info('ERROR', 'SCHEMA_MISSING_COLUMN') } };
    const two = JSON.parse(referenceReasons({ train: bad, eval: bad })) as string[];
    assert.deepEqual(two, [
      'Feature "a" in split "train" (and "eval"): about SCHEMA_MISSING_COLUMN (SCHEMA_MISSING_COLUMN).',
    ]);
    const [three] = JSON.parse(referenceReasons({ train: bad, eval: bad, test: bad })) as string[];
    assert.match(three ?? '', /^Feature "a" in split "train" \(and 2 more splits\): /);
  });
});
