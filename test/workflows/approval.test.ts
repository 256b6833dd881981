import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPipeline, type PipelineHandle } from '../../client/index.js';
import { executionsOfRun } from '../../lineage/queries/executions.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { temporalCommand } from '../support/temporal-command.js';
import { codedError } from '../support/workflow-worker.js';

let fixture: PluginWorker;

before(async () => {
  fixture = await pluginWorker(['counting/pipelines.js'], {
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
  });
});

after(() => fixture.close());

async function asking(parameters: object = {}, pipeline = 'approving'): Promise<PipelineHandle> {
  const { temporal, taskQueue } = fixture;
  const handle = await startPipeline(temporal.client, pipeline, { taskQueue, parameters });
  while ((await handle.status()).approvals === undefined) await sleep(100);
  return handle;
}

test('an approval is answered by the client, and who, when and why are recorded in lineage', async () => {
  const handle = await asking();
  const status = await handle.status();
  assert.equal(status.approvals?.[0]?.title, 'Add them up?');
  assert.equal(status.nodes.at(-1)?.state, 'waiting');
  const receipt = await handle.approve({ by: 'ann', why: 'looks right' });
  assert.deepEqual(receipt, { node: 'Approval', verdict: 'APPROVED' });
  const { outcome } = await handle.result();
  assert.equal(outcome, 'COMPLETED');
  const { workflowId, runId } = handle;
  const executions = await executionsOfRun(fixture.lineage.database, { namespace: 'default', workflowId, runId });
  const recorded = executions.find(({ node }) => node === 'Approval');
  assert.equal(recorded?.state, 'COMPLETE');
  assert.equal(recorded.inputs['evidence']?.[0]?.type, 'Numbers');
  const { by, why, verdict, at } = recorded.outputs['approval']?.[0]?.properties ?? {};
  assert.deepEqual({ by, why, verdict }, { by: 'ann', why: 'looks right', verdict: 'APPROVED' });
  assert.ok(!Number.isNaN(Date.parse(String(at))));
});

test("an approval is answered by Temporal's own command line; a no ends the run with the reason", async () => {
  const handle = await asking();
  await temporalCommand(
    ...['workflow', 'update', 'execute', '--workflow-id', handle.workflowId, '--name', 'approve'],
    ...['--input', '{"by": "bob", "approved": false, "why": "too few"}'],
  );
  const { outcome, reasons } = await handle.result();
  assert.equal(outcome, 'NOT_APPROVED');
  assert.deepEqual(reasons, ['Add them up?: refused by bob: too few']);
});

test('an answer that does not fit is refused in a sentence, and leaves the question open', async () => {
  const handle = await asking();
  for (const [answer, sentence] of [
    [{ approved: true }, /`by` says who decides/],
    [{ by: 'ann', approved: 'yes' }, /`approved` is true or false/],
    [{ by: 'ann', node: 'Other' }, /This run asks for Approval/],
  ] as const) {
    const error = await codedError(handle.approve(answer as never));
    assert.equal(error.code, 'MESSAGE_REFUSED');
    assert.match(error.what, sentence);
  }
  await handle.approve({ by: 'ann' });
  await handle.result();
});

test('only those who are asked may answer, and lineage keeps who they were', async () => {
  const handle = await asking({ approvers: ['ann', 'bob'] });
  assert.deepEqual((await handle.status()).approvals?.[0]?.approvers, ['ann', 'bob']);
  const error = await codedError(handle.approve({ by: 'eve' }));
  assert.match(error.what, /"Add them up\?" is asked of ann, bob: eve may not answer it\.$/);
  await handle.approve({ by: 'bob' });
  await handle.result();
  const { workflowId, runId } = handle;
  const executions = await executionsOfRun(fixture.lineage.database, { namespace: 'default', workflowId, runId });
  const { uri } = executions.find(({ node }) => node === 'Approval')?.outputs['approval']?.[0] ?? { uri: '' };
  const recorded = JSON.parse(readFileSync(new URL(`${uri}/approval.json`), 'utf8')) as Record<string, unknown>;
  assert.deepEqual([recorded['by'], recorded['approvers']], ['bob', ['ann', 'bob']]);
  assert.equal((await codedError((await asks([])).result())).code, 'INPUT_INVALID');
});

const asks = (approvers: readonly string[]): Promise<PipelineHandle> =>
  startPipeline(fixture.temporal.client, 'approving', { taskQueue: fixture.taskQueue, parameters: { approvers } });

test('several questions are open at once and are answered by their names', async () => {
  const handle = await asking({}, 'askingTwo');
  while ((await handle.status()).approvals?.length !== 2) await sleep(100);
  const [quality, budget] = (await handle.status()).approvals ?? [];
  assert.deepEqual([quality?.node, quality?.deadline], ['Quality', undefined]);
  assert.equal(Date.parse(budget?.deadline ?? '') - Date.parse(budget?.since ?? ''), 24 * 3600 * 1000);
  assert.match((await codedError(handle.approve({ by: 'ann' }))).what, /asks for Quality, Budget: name one as `node`/);
  assert.match((await codedError(handle.approve({ by: 'bob', node: 'Quality' }))).what, /bob may not answer it/);
  await handle.approve({ by: 'ann', node: 'Quality' });
  await handle.approve({ by: 'cfo', approved: false, why: 'too dear' });
  const { outcome, reasons } = await handle.result();
  assert.deepEqual([outcome, reasons], ['NOT_APPROVED', ['Can we pay for it?: refused by cfo: too dear']]);
});

test("Temporal's UI is told who is asked what, on which evidence, and how to answer", async () => {
  const handle = await asking({ approvers: ['ann'] });
  const { currentDetails } = await fixture.temporal.client.workflow
    .getHandle(handle.workflowId)
    .query<{ currentDetails: string }>('__temporal_workflow_metadata');
  assert.match(currentDetails, /\*\*Add them up\?\*\* Evidence: Numbers \d+\. Asked of: ann\./);
  assert.match(currentDetails, /`\{"node":"Approval","by":"ann","approved":true,"why":"…"\}`/);
  await handle.cancel();
});

test('no answer in time means what the pipeline says', async () => {
  const run = async (onTimeout: string): Promise<PipelineHandle> =>
    await startPipeline(fixture.temporal.client, 'approving', {
      taskQueue: fixture.taskQueue,
      parameters: { timeout: 300, onTimeout },
    });
  const rejected = await (await run('reject')).result();
  assert.deepEqual(
    [rejected.outcome, rejected.reasons],
    ['NOT_APPROVED', ['Add them up?: refused by timeout: no answer within 300 ms']],
  );
  assert.equal((await (await run('approve')).result()).outcome, 'COMPLETED');
  assert.equal((await codedError((await run('fail')).result())).code, 'APPROVAL_TIMED_OUT');
});

test('a run that waits for a person can be cancelled', async () => {
  const handle = await asking();
  await handle.cancel();
  assert.equal((await codedError(handle.result())).code, 'PIPELINE_CANCELED');
  assert.equal((await handle.status()).nodes.at(-1)?.state, 'canceled');
});
