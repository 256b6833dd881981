import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { PipelineError } from '../../errors/pipeline-error.js';
import { FAILURE_LIMIT_BYTES, toFailure } from '../../errors/to-failure.js';

function failureOf(error: unknown): ApplicationFailure {
  const failure = toFailure(error);
  assert.ok(failure instanceof ApplicationFailure);
  return failure;
}

test('a coded error becomes a failure of that type, retryable as its code says', () => {
  const failure = failureOf(new PipelineError('MODULE_UNKNOWN', { what: 'no wine', details: { name: 'wine' } }));
  assert.equal(failure.type, 'MODULE_UNKNOWN');
  assert.equal(failure.nonRetryable, true);
  assert.match(failure.message, /^no wine\n {2}Why: .+\n {2}Fix: /s);
  assert.deepEqual(failure.details, [{ kind: 'config', details: { name: 'wine' } }]);
  assert.equal(failureOf(new PipelineError('MODULE_MISMATCH', { what: 'x' })).nonRetryable, false);
});

test('message and details together never exceed what Temporal shows', () => {
  for (const text of ['x'.repeat(10_000), '🍷'.repeat(5000), 'ü'.repeat(799)]) {
    const { message, details } = failureOf(new PipelineError('MODULE_UNKNOWN', { what: text, details: { text } }));
    assert.ok(Buffer.byteLength(message) + Buffer.byteLength(JSON.stringify(details)) <= FAILURE_LIMIT_BYTES);
    assert.doesNotMatch(message, /\uFFFD/);
  }
});

test('details that are not JSON do not hide the error', () => {
  const failure = failureOf(new PipelineError('MODULE_UNKNOWN', { what: 'x', details: { big: 1n } }));
  assert.deepEqual(failure.details, [{ kind: 'config' }]);
});

test('a programming error is not tried again, the outside world is', () => {
  assert.equal(failureOf(new TypeError('x is undefined')).type, 'INTERNAL_ERROR');
  assert.equal(failureOf(new TypeError('x is undefined')).nonRetryable, true);
  assert.equal(failureOf('a string').type, 'INTERNAL_ERROR');
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  assert.equal(failureOf(refused).type, 'UNEXPECTED_ERROR');
  assert.equal(failureOf(refused).nonRetryable, false);
  // fetch reports a refused connection as a TypeError with a cause.
  assert.equal(failureOf(new TypeError('fetch failed', { cause: refused })).nonRetryable, false);
});

test('cancellation, aborts and failures that are made already pass through', () => {
  const passing = [
    new CancelledFailure('cancelled'),
    new DOMException('stop', 'AbortError'),
    ApplicationFailure.nonRetryable('made', 'MINE'),
  ];
  for (const error of passing) assert.equal(toFailure(error), error);
});
