import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Lineage } from '../../lineage/index.js';
import { executionsOfRun, findRun } from '../../lineage/index.js';
import { externalId } from '../../lineage/identity.js';
import { beginFacts, count, freshLineage, newRun, output, publishFacts, run, runNode } from './fixture.js';

const FAILURE = { code: 'UNEXPECTED_ERROR', message: 'the disk is full', canceled: false };

describe('executions in lineage', () => {
  let lineage: Lineage;
  before(async () => {
    lineage = await freshLineage();
  });

  const stateOf = async (identity: ReturnType<typeof newRun>): Promise<string[]> =>
    (await executionsOfRun(lineage.database, identity)).map((execution) => execution.state);

  it('twenty racing begins of one identity open one execution and all answer the same', async () => {
    const identity = newRun();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => lineage.begin(await beginFacts(lineage, { identity, node: 'Trainer' }))),
    );
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    const id = externalId({ ...identity, node: 'Trainer' });
    assert.equal(await count(lineage, 'execution where external_id = $1', [id]), 1);
    assert.deepEqual(await stateOf(identity), ['RUNNING']);
    assert.deepEqual(await lineage.persistedAnswer({ ...identity, node: 'Trainer' }), answers[0]);
  });

  it('twenty nodes of new types that begin at once share one set of contexts and one row per type', async () => {
    const identity = newRun();
    const nodes = Array.from({ length: 20 }, (_, index) => `Custom${index % 4}[${index}]`);
    await Promise.all(
      nodes.map(async (node) => {
        const facts = await beginFacts(lineage, { identity, node });
        await lineage.begin({ ...facts, component: node.slice(0, 7) });
      }),
    );
    assert.equal(await count(lineage, `type where name like 'Custom%'`), 4);
    assert.equal(await count(lineage, 'context where name = $1', [identity.runId]), 1);
    const inRun = 'association a join context c on c.id = a.context_id where c.name = $1';
    assert.equal(await count(lineage, inRun, [identity.runId]), 20);
  });

  it('publishes once, however often and however concurrently publish runs', async () => {
    const identity = newRun();
    const begun = await beginFacts(lineage, { identity, node: 'SchemaGen' });
    await lineage.begin(begun);
    const facts = publishFacts(begun, { schema: output('Schema', identity.runId) });
    const answers = await Promise.all(Array.from({ length: 10 }, () => lineage.publish(facts)));
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.deepEqual(await lineage.publish(facts), answers[0]);
    assert.equal(await count(lineage, 'artifact where uri = $1', [output('Schema', identity.runId).uri]), 1);
    assert.deepEqual(await stateOf(identity), ['COMPLETE']);
  });

  it('a failure that is reported after publish changes nothing', async () => {
    const identity = newRun();
    const begun = await beginFacts(lineage, { identity, node: 'SchemaGen' });
    await lineage.begin(begun);
    const facts = publishFacts(begun, { schema: output('Schema', identity.runId) });
    const published = await lineage.publish(facts);
    await lineage.fail({ ...facts, failure: FAILURE, attempts: [] });
    assert.deepEqual(await stateOf(identity), ['COMPLETE']);
    assert.deepEqual(await lineage.publish(facts), published);
  });

  it('keeps a failure whole, and refuses a result that comes after it', async () => {
    const identity = newRun();
    const begun = await beginFacts(lineage, { identity, node: 'SchemaGen' });
    await lineage.begin(begun);
    const facts = publishFacts(begun, { schema: output('Schema', `late-${identity.runId}`) });
    const long = `first line\n${'x'.repeat(10_000)}`;
    const attempts = [{ attempt: 'a1', code: 'DUCKDB', message: long }];
    await lineage.fail({ ...facts, failure: FAILURE, attempts });
    await lineage.fail({ ...facts, failure: { ...FAILURE, canceled: true }, attempts: [] });
    await assert.rejects(lineage.publish(facts), { code: 'EXECUTION_CLOSED', retryable: false });
    const [execution] = await executionsOfRun(lineage.database, identity);
    assert.equal(execution?.state, 'FAILED');
    assert.deepEqual(execution.errors, [
      { attempt: 'a1', code: 'DUCKDB', message: long },
      { attempt: 'last', code: FAILURE.code, message: FAILURE.message },
    ]);
    assert.equal(await count(lineage, 'artifact where uri like $1', [`%late-${identity.runId}`]), 0);
  });

  it('records a cancellation as CANCELED', async () => {
    const identity = newRun();
    const begun = await beginFacts(lineage, { identity, node: 'Trainer' });
    await lineage.begin(begun);
    const failure = { code: 'PIPELINE_CANCELED', message: 'The run was cancelled.', canceled: true };
    await lineage.fail({ ...publishFacts(begun, {}), failure, attempts: [] });
    assert.deepEqual(await stateOf(identity), ['CANCELED']);
  });

  it('after a workflow reset publish opens a new execution for the new run', async () => {
    const before = newRun();
    const begun = await beginFacts(lineage, { identity: before, node: 'Trainer', fields: { component: 'Trainer' } });
    await lineage.begin(begun);
    const after = { ...before, runId: newRun().runId };
    const facts = {
      ...publishFacts(begun, { model: output('Model', after.runId) }),
      identity: { ...after, node: 'Trainer' },
    };
    const answers = await Promise.all([lineage.publish(facts), lineage.publish(facts), lineage.publish(facts)]);
    assert.equal(new Set(answers.map((answer) => answer['model']?.id)).size, 1);
    assert.deepEqual(await stateOf(before), ['CANCELED']);
    assert.equal((await findRun(lineage.database, before.runId))?.failure?.code, 'RUN_RESET');
    const [execution, ...more] = await executionsOfRun(lineage.database, after);
    assert.deepEqual([execution?.state, more.length], ['COMPLETE', 0]);
    assert.equal(execution?.fingerprint, begun.fingerprint);
  });

  it('the same accepted attempt that two runs publish after a reset is one artifact', async () => {
    const before = newRun();
    const begun = await beginFacts(lineage, { identity: before, node: 'Trainer' });
    await lineage.begin(begun);
    const facts = publishFacts(begun, { model: output('Model', before.runId) });
    const first = await lineage.publish(facts);
    const after = { ...before, runId: newRun().runId };
    const second = await lineage.publish({ ...facts, identity: { ...after, node: 'Trainer' } });
    assert.equal(second['model']?.id, first['model']?.id);
    assert.deepEqual([await stateOf(before), await stateOf(after)], [['COMPLETE'], ['COMPLETE']]);
  });

  it('wires an artifact on two channels twice, with one ml-metadata event', async () => {
    const identity = newRun();
    const { model } = await runNode(lineage, { identity, node: 'Trainer' }, { model: output('Model', identity.runId) });
    assert.ok(model);
    const inputs = { model: [model], baseline: [model] };
    const begun = await beginFacts(lineage, { identity, node: 'Evaluator', inputs });
    await lineage.begin(begun);
    assert.equal(await count(lineage, 'event where execution_id = $1', [begun.executionId]), 1);
    assert.equal(await count(lineage, 'tfx.wiring where execution_id = $1', [begun.executionId]), 2);
    const [, evaluator] = await executionsOfRun(lineage.database, identity);
    assert.deepEqual(Object.keys(evaluator?.inputs ?? {}), ['baseline', 'model']);
  });

  it('keeps numbers that ml-metadata can hold as integers, and larger ones exactly beside it', async () => {
    const identity = newRun();
    const properties = { rows: 2 ** 31 - 1, bytes: 2 ** 40 + 1, loss: 0.25, done: true, label: 'a\0b' };
    const { examples } = await runNode(
      lineage,
      { identity, node: 'CsvExampleGen' },
      { examples: output('Examples', identity.runId, { ...properties, span: 3, split_names: '["train"]' }) },
    );
    assert.ok(examples);
    assert.deepEqual((await lineage.reader.artifact(examples.id))?.properties, {
      ...properties,
      label: 'a\uFFFDb',
      span: 3,
      split_names: '["train"]',
    });
    const rows = await lineage.database.query(
      `select p.name, p.is_custom_property, p.int_value, p.double_value, b.value::text as big
       from artifactproperty p left join tfx.big_integer b on b.owner_id = p.artifact_id and b.name = p.name
       where p.artifact_id = $1 and p.name in ('rows', 'bytes', 'span') order by p.name`,
      [examples.id],
    );
    assert.deepEqual(rows, [
      { name: 'bytes', is_custom_property: true, int_value: null, double_value: 2 ** 40 + 1, big: '1099511627777' },
      { name: 'rows', is_custom_property: true, int_value: 2147483647, double_value: null, big: null },
      { name: 'span', is_custom_property: false, int_value: 3, double_value: null, big: null },
    ]);
  });

  it('refuses a property that is no number, and publishes nothing then', async () => {
    const identity = newRun();
    const begun = await beginFacts(lineage, { identity, node: 'Trainer' });
    await lineage.begin(begun);
    const facts = publishFacts(begun, { model: output('Model', identity.runId, { loss: Number.NaN }) });
    await assert.rejects(lineage.publish(facts), { code: 'PROPERTY_INVALID', message: /loss is NaN/ });
    assert.equal(await count(lineage, 'artifact where uri = $1', [output('Model', identity.runId).uri]), 0);
    assert.deepEqual(await stateOf(identity), ['RUNNING']);
  });

  it('finishes a run once, closes what it left open, and refuses work that begins later', async () => {
    const identity = newRun();
    await lineage.begin(await beginFacts(lineage, { identity, node: 'Trainer' }));
    const facts = { identity, run, outcome: 'NOT_BLESSED', reasons: ['accuracy 0.4 is below 0.5'] };
    await lineage.finish(facts);
    await lineage.finish({ ...facts, outcome: 'PUSHED', reasons: [] });
    const found = await findRun(lineage.database, identity.runId);
    assert.deepEqual([found?.outcome, found?.reasons, found?.state], ['NOT_BLESSED', facts.reasons, 'FINISHED']);
    assert.deepEqual(await stateOf(identity), ['CANCELED']);
    await assert.rejects(async () => lineage.begin(await beginFacts(lineage, { identity, node: 'Pusher' })), {
      code: 'RUN_FINISHED',
    });
    assert.equal(
      await count(lineage, 'execution where external_id = $1', [externalId({ ...identity, node: 'Pusher' })]),
      0,
    );
  });

  it('records texts from hostile data, whatever characters they have', async () => {
    const identity = newRun();
    const hostile = "a\0b \ud800 c \u{1f600} '; drop table artifact; --";
    const begun = await beginFacts(lineage, { identity, node: 'Evaluator', fields: { 'parameter.x': hostile } });
    await lineage.begin({ ...begun, cacheNote: hostile, summary: hostile, parameters: { hostile: [hostile] } });
    const facts = publishFacts(begun, {
      evaluation: output('ModelEvaluation', identity.runId, { [hostile]: hostile }),
    });
    await lineage.publish({ ...facts, summary: hostile, metrics: { [hostile]: 1 } });
    await lineage.finish({ identity, run: { ...run, parameters: { [hostile]: hostile } }, reasons: [hostile] });
    const cleaned = hostile.replace('\0', '\uFFFD').replace('\ud800', '\uFFFD');
    assert.deepEqual((await findRun(lineage.database, identity.runId))?.reasons, [cleaned]);
    const [execution] = await executionsOfRun(lineage.database, identity);
    assert.deepEqual([execution?.summary, execution?.metrics], [cleaned, { [cleaned]: 1 }]);
  });

  it('records a run that failed before its first node', async () => {
    const identity = newRun();
    await lineage.finish({ identity, run, reasons: [], failure: { ...FAILURE, code: 'PARAMETERS_INVALID' } });
    const found = await findRun(lineage.database, identity.workflowId);
    assert.deepEqual([found?.state, found?.failure?.code], ['FAILED', 'PARAMETERS_INVALID']);
  });
});
