import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Artifact } from '../../artifacts/artifact.js';
import {
  describeArtifact,
  executionsOfRun,
  explainCache,
  findRun,
  lineageOf,
  listModels,
  listRuns,
  type Lineage,
} from '../../lineage/index.js';
import { beginFacts, freshLineage, newRun, output, run, runNode } from './fixture.js';

describe('reading lineage', () => {
  let lineage: Lineage;
  before(async () => {
    lineage = await freshLineage();
  });

  async function train(identity: ReturnType<typeof newRun>, name: string): Promise<Artifact> {
    const { model } = await runNode(lineage, { identity, node: 'Trainer' }, { model: output('Model', name) });
    assert.ok(model);
    return model;
  }

  async function bless(model: Artifact, verdict: string, identity = newRun()): Promise<Artifact> {
    const blessing = output('ModelBlessing', `${verdict}-${identity.runId}`, { verdict, reasons: '[]' });
    const outputs = await runNode(lineage, { identity, node: 'Evaluator', inputs: { model: [model] } }, { blessing });
    assert.ok(outputs['blessing']);
    return outputs['blessing'];
  }

  it('finds the models whose newest blessing says BLESSED, newest model first', async () => {
    const a = await train(newRun(), 'a');
    const b = await train(newRun(), 'b');
    const c = await train(newRun(), 'c');
    await train(newRun(), 'never evaluated');
    await bless(a, 'BLESSED');
    await bless(c, 'BLESSED');
    const blessingOfB = await bless(b, 'BLESSED');
    await bless(c, 'NOT_BLESSED');
    const found = await lineage.reader.blessedModels('wine');
    assert.deepEqual(
      found.map(({ model }) => model),
      [b, a],
    );
    assert.deepEqual(found[0]?.blessing, blessingOfB);
    assert.deepEqual(await lineage.reader.blessedModels('another pipeline'), []);
    const [newest] = await listModels(lineage.database, { pipeline: 'wine' });
    assert.equal(newest?.blessing, undefined);
  });

  it('counts a cached evaluation of another model of equal content as its blessing', async () => {
    const original = await train(newRun(), 'twin');
    const blessing = await bless(original, 'BLESSED');
    const again = newRun();
    const twin = await train(again, 'twin again');
    const begun = await beginFacts(
      lineage,
      { identity: again, node: 'Evaluator', inputs: { model: [twin] } },
      { state: 'CACHED', outputs: { blessing: { reused: blessing, resolved: false } } },
    );
    await lineage.begin(begun);
    const [newest] = await lineage.reader.blessedModels('wine');
    assert.equal(newest?.model.id, twin.id);
  });

  it('walks to what a model was made from, and to what was made of an input', async () => {
    const identity = newRun();
    const { examples } = await runNode(
      lineage,
      { identity, node: 'CsvExampleGen' },
      { examples: output('Examples', 'e') },
    );
    assert.ok(examples);
    const facts = { identity, node: 'Trainer', inputs: { examples: [examples] } };
    const { model } = await runNode(lineage, facts, { model: output('Model', 'made from e') });
    assert.ok(model);
    const blessing = await bless(model, 'BLESSED', identity);
    const up = await lineageOf(lineage.database, blessing.id, { direction: 'upstream' });
    assert.deepEqual(
      up.artifacts.map((artifact) => artifact.type),
      ['Examples', 'Model', 'ModelBlessing'],
    );
    const down = await lineageOf(lineage.database, examples.id, { direction: 'downstream' });
    assert.deepEqual(
      down.artifacts.map((artifact) => artifact.id),
      [examples.id, model.id, blessing.id],
    );
    assert.deepEqual(
      (await lineageOf(lineage.database, examples.id, { direction: 'downstream', hops: 1 })).executions.length,
      1,
    );
    const view = await describeArtifact(lineage.database, model.id);
    assert.equal(view?.producer?.node, 'Trainer');
    assert.deepEqual(
      view.usedBy.map((use) => `${use.node}.${use.channel}`),
      ['Evaluator.model'],
    );
    assert.equal(view.files.length, 1);
    assert.equal(await describeArtifact(lineage.database, 999_999), undefined);
  });

  it('explains a miss by the fields that changed, and a hit by its source', async () => {
    const first = newRun();
    const node = 'Transform';
    const fields = { component: node, 'parameter.buckets': '10', 'input.examples': 'abc' };
    const begun = await beginFacts(lineage, { identity: first, node, fields });
    await lineage.begin(begun);
    const changed = { component: node, 'parameter.buckets': '20', 'module.wine': 'def' };
    const second = await beginFacts(lineage, { identity: newRun(), node, fields: changed });
    await lineage.begin(second);
    const miss = await explainCache(lineage.database, second.executionId);
    assert.equal(miss?.hit, false);
    assert.equal(miss.comparedWith?.executionId, begun.executionId);
    assert.deepEqual(miss.changes, [
      { field: 'input.examples', before: 'abc', after: undefined },
      { field: 'module.wine', before: undefined, after: 'def' },
      { field: 'parameter.buckets', before: '10', after: '20' },
    ]);
    assert.match(miss.sentence, /input\.examples, module\.wine, parameter\.buckets/);
    const facts = { identity: newRun(), node, fields: changed };
    const third = await beginFacts(lineage, facts, { state: 'CACHED', cachedFrom: second.executionId });
    await lineage.begin(third);
    const hit = await explainCache(lineage.database, third.executionId);
    assert.equal(hit?.hit, true);
    assert.deepEqual(hit.changes, []);
    assert.equal((await explainCache(lineage.database, begun.executionId))?.comparedWith, undefined);
  });

  it('lists runs newest first and finds one by id, its beginning, workflow id or as latest', async () => {
    const identity = newRun();
    await train(identity, 'of the newest run');
    await lineage.finish({ identity, run, outcome: 'COMPLETED', reasons: [] });
    const [newest] = await listRuns(lineage.database, { pipeline: 'wine', limit: 1 });
    assert.equal(newest?.runId, identity.runId);
    assert.deepEqual(newest.nodes, { complete: 1, cached: 0, failed: 0, running: 0 });
    for (const name of [identity.runId, identity.runId.slice(0, 8), identity.workflowId, 'latest']) {
      assert.equal((await findRun(lineage.database, name))?.runId, identity.runId);
    }
    assert.equal(await findRun(lineage.database, 'no such run'), undefined);
    const [execution] = await executionsOfRun(lineage.database, identity);
    assert.deepEqual([execution?.summary, execution?.metrics], ['Trainer is done', { rows: 12 }]);
  });
});
