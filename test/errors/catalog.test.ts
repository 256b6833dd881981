import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { catalog, type ErrorCode, type ErrorEntry } from '../../errors/catalog/index.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { repositoryRoot } from '../support/shared.js';

const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(catalog);

describe('the error catalogue', () => {
  for (const [code, entry] of entries) {
    it(`${code} says what happened, why, and how to fix it, in whole sentences`, () => {
      assert.match(code, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^[A-Z]+$/);
      for (const text of [entry.headline, entry.why, entry.fix]) {
        assert.ok(text.length >= 15, `"${text}" is too short to help anyone`);
        assert.match(text, /^[A-Z"'`]/);
      }
    });
  }

  it('no two rooms use the same code', () => {
    const folder = path.join(repositoryRoot, 'errors/catalog');
    const codes = readdirSync(folder)
      .filter((file) => file !== 'catalog.ts' && file !== 'index.ts')
      .flatMap((file) => [...readFileSync(path.join(folder, file), 'utf8').matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{/gm)])
      .map((match) => match[1]);
    assert.deepEqual([...codes].sort(), [...new Set(codes)].sort());
    assert.equal(codes.length, entries.length);
  });

  it('retries the outside world only', () => {
    for (const [code, entry] of entries) {
      if (['usage', 'config', 'data'].includes(entry.kind)) {
        assert.ok(!entry.retryable || code === 'MODULE_MISMATCH', `${code}: bad ${entry.kind} stays bad on a retry`);
      }
    }
  });
});

describe('PipelineError', () => {
  it('takes why and fix from the catalogue unless the thrower knows better', () => {
    const code: ErrorCode = 'USAGE';
    const general = new PipelineError(code, { what: 'No verb was given.' });
    assert.equal(general.fix, catalog.USAGE.fix);
    const specific = new PipelineError(code, { what: 'No verb was given.', fix: 'Say `run`.' });
    assert.match(specific.message, /^No verb was given\.\n {2}Why: .*\n {2}Fix: Say `run`\.$/s);
  });
});
