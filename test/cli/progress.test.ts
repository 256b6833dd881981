import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { answerLines, liveLine } from '../../cli/progress.js';
import type { NodeProgress } from '../../client/index.js';

const node: NodeProgress = { node: 'Trainer', component: 'Trainer', state: 'running', summary: '', seconds: 3 };
const line = (change: Partial<NodeProgress>): string => stripVTControlCharacters(liveLine({ ...node, ...change }, '…'));

describe('a line of progress', () => {
  it('says that no worker takes the work', () => {
    assert.match(line({ state: 'waiting', warning: 'no worker took it for 31 s' }), /no worker took it for 31 s/);
  });

  it('says which attempt it is, and what the one before failed with', () => {
    const text = line({ attempt: 3, lastFailure: 'disk is full\n  Why: …', progress: { phase: 'epoch', done: 1 } });
    assert.match(text, /attempt 3, after: disk is full/);
    assert.doesNotMatch(text, /Why/);
  });

  it('shows the question of an approval', () => {
    assert.match(line({ component: 'Approval', state: 'waiting', summary: 'Push?' }), /Push\?/);
  });

  it('says how to answer it, and which one when there are several', () => {
    const asked = { ...node, node: 'Approval', component: 'Approval', state: 'waiting' } as const;
    const answers = (...nodes: NodeProgress[]) => answerLines(nodes, 'wine/r1').map(stripVTControlCharacters);
    assert.match(answers(node, asked).join('\n'), /^ +Answer: tfx-temporal approve wine\/r1 --by you /);
    assert.match(answers(asked, { ...asked, node: 'Second' })[1] ?? '', /approve wine\/r1 --node Second --by you/);
    assert.deepEqual(answers({ ...asked, state: 'complete' }), []);
  });

  it('forgets failed attempts once the node has ended', () => {
    assert.doesNotMatch(line({ state: 'complete', attempt: 2, summary: 'a model' }), /attempt/);
  });
});
