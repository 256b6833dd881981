import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extractWorkflowType } from '@temporalio/common';
import { counting } from '../support/counting/pipelines.js';

test('a pipeline is started by its name: by its function it is refused at once, instead of never found', () => {
  assert.throws(() => extractWorkflowType(counting), /anonymous/);
});
