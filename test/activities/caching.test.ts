import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { Type } from '@sinclair/typebox';
import { uriToPath } from '../../artifacts/index.js';
import { defineComponent, ModuleName, optional } from '../../components/contract.js';
import { implement } from '../../components/implement.js';
import { executionsOfRun, explainCache } from '../../lineage/index.js';
import { begin, newBench, newTestRun, publish, execute, runComponent, type Bench } from './fixture.js';

/** Driver-only: writes what its module says. */
const ImportText = defineComponent({
  type: 'ImportText',
  version: 1,
  cache: 'content',
  runs: 'driver',
  inputs: {},
  outputs: { schema: 'Schema' },
  parameters: Type.Object({ module: ModuleName(), text: Type.String() }),
});
const importText = implement(ImportText, {
  driver({ parameters, outputs }) {
    writeFileSync(outputs.schema.file('schema.pbtxt'), parameters.text);
    return Promise.resolve({ summary: 'imported', properties: { schema: { curated: true } } });
  },
});

/** Driver-only: answers with its input, or nothing. */
const Resolve = defineComponent({
  type: 'Resolve',
  version: 1,
  cache: 'never',
  runs: 'driver',
  inputs: { schema: optional('Schema') },
  outputs: { schema: 'Schema' },
  optionalOutputs: ['schema'],
  parameters: Type.Object({}),
});
const resolve = implement(Resolve, {
  driver: ({ inputs }) =>
    Promise.resolve({ reuse: inputs.schema[0] === undefined ? {} : { schema: inputs.schema[0] } }),
});

/** Driver-only: brings a folder in from outside. */
const ImportFolder = defineComponent({
  type: 'ImportFolder',
  version: 1,
  cache: 'never',
  runs: 'driver',
  inputs: {},
  outputs: { result: 'Artifact' },
  parameters: Type.Object({ uri: Type.String(), reimport: Type.Boolean({ default: false }) }),
});
const importFolder = implement(ImportFolder, {
  driver: ({ parameters }) =>
    Promise.resolve({
      external: { result: { uri: parameters.uri, type: 'Model', properties: { origin: 'elsewhere' } } },
    }),
});

describe('tfx.begin', () => {
  let bench: Bench;
  before(async () => {
    bench = await newBench([importText, resolve, importFolder]);
  });

  const pipeline = async (text: string) => {
    const run = newTestRun();
    const first = await runComponent(bench, run, { component: 'WriteText', parameters: { text } });
    const { examples } = first.outputs;
    assert.ok(examples);
    const call = { component: 'CopyText', inputs: { examples: [examples] }, parameters: { module: 'shout' } };
    const second = await runComponent(bench, run, call);
    return { run, first, second, cached: [first.cached, second.cached] };
  };

  it('answers an unchanged run from the cache, with the same artifacts', async () => {
    const one = await pipeline('unchanged');
    const two = await pipeline('unchanged');
    assert.deepEqual(
      [one.cached, two.cached],
      [
        [false, false],
        [true, true],
      ],
    );
    assert.deepEqual(two.second.outputs, one.second.outputs);
    assert.equal(
      readFileSync(join(uriToPath(one.second.outputs['schema']?.uri ?? ''), 'schema.pbtxt'), 'utf8'),
      'UNCHANGED',
    );
    const executions = await executionsOfRun(bench.runtime.lineage.database, { namespace: 'default', ...two.run });
    assert.deepEqual(
      executions.map((execution) => [execution.state, execution.cachedFrom?.runId]),
      [
        ['CACHED', one.run.runId],
        ['CACHED', one.run.runId],
      ],
    );
  });

  it('stops a change where its effect ends: equal bytes of another execution are the same input', async () => {
    await pipeline('cut off');
    const run = newTestRun();
    const call = { component: 'WriteText', parameters: { text: 'cut off', steps: 1 } };
    const { cached, outputs } = await runComponent(bench, run, call);
    assert.equal(cached, false);
    const { examples } = outputs;
    assert.ok(examples);
    const inputs = { examples: [examples] };
    const copied = await runComponent(bench, run, { component: 'CopyText', inputs, parameters: { module: 'shout' } });
    assert.equal(copied.cached, true);
  });

  it('runs again what depends on a changed parameter or module, and says which', async () => {
    await pipeline('before');
    bench.module.digest = bench.module.executorDigest = 'v2';
    const changed = await pipeline('before');
    assert.deepEqual(changed.cached, [true, false]);
    const why = await explainCache(bench.runtime.lineage.database, changed.second.begun.ticket.executionId);
    assert.deepEqual(why?.changes, [{ field: 'module.shout', before: 'v1', after: 'v2' }]);
    const other = await pipeline('after');
    assert.deepEqual(other.cached, [false, false]);
    const whyOther = await explainCache(bench.runtime.lineage.database, other.first.begun.ticket.executionId);
    assert.deepEqual(
      whyOther?.changes.map((change) => change.field),
      ['parameter.text'],
    );
  });

  it('detects outputs that were deleted or changed, and makes them again', async () => {
    const one = await pipeline('damaged');
    const examples = uriToPath(one.first.outputs['examples']?.uri ?? '');
    writeFileSync(join(examples, 'Split-train/text'), 'DAMAGED');
    const two = await pipeline('damaged');
    assert.deepEqual(two.cached, [false, true]);
    assert.match(two.first.begun.summary, /file Split-train\/text has other content/);
    rmSync(uriToPath(two.first.outputs['examples']?.uri ?? ''), { recursive: true });
    const three = await pipeline('damaged');
    assert.deepEqual(three.cached, [false, true]);
    assert.match(three.first.begun.summary, /is gone/);
    assert.deepEqual((await pipeline('damaged')).cached, [true, true]);
  });

  it('does not ask the cache when told so, and then is a source for later runs', async () => {
    const { first } = await pipeline('fresh');
    const call = { component: 'WriteText', parameters: { text: 'fresh' }, cache: false };
    const again = await runComponent(bench, newTestRun(), call);
    assert.equal(again.cached, false);
    assert.notEqual(again.outputs['examples']?.id, first.outputs['examples']?.id);
    const third = await pipeline('fresh');
    assert.equal(third.first.outputs['examples']?.id, again.outputs['examples']?.id);
  });

  it('answers a retry with what it persisted, whatever has changed meanwhile', async () => {
    const run = newTestRun();
    const call = { component: 'WriteText', parameters: { text: 'persisted' } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => begin(bench, run, call)));
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.deepEqual(await begin(bench, run, { ...call, parameters: { text: 'something else' } }), answers[0]);
  });

  it('fills in defaults, and refuses what the contract does not allow before anything is recorded', async () => {
    const run = newTestRun();
    const begun = await begin(bench, run, { component: 'WriteText' });
    assert.deepEqual(begun.ticket.parameters, { text: 'hello', steps: 0 });
    const refused = (call: Parameters<typeof begin>[2], code: string): Promise<void> =>
      assert.rejects(begin(bench, newTestRun(), call), { type: code, nonRetryable: true });
    await refused({ component: 'WriteText', parameters: { steps: -1 } }, 'PARAMETERS_INVALID');
    await refused({ component: 'CopyText', parameters: { module: 'shout' } }, 'INPUT_INVALID');
    await refused({ component: 'Nowhere' }, 'COMPONENT_UNKNOWN');
  });

  it('does a driver-only component wholly, and finds what it wrote again', async () => {
    const call = { component: 'ImportText', parameters: { module: 'shout', text: 'curated' } };
    const one = await runComponent(bench, newTestRun(), call);
    assert.deepEqual([one.cached, one.outputs['schema']?.properties], [false, { curated: true }]);
    const two = await runComponent(bench, newTestRun(), call);
    assert.deepEqual([two.cached, two.outputs], [true, one.outputs]);
    const place = bench.runtime.store.place('wine', 'ImportText', 'schema', two.begun.ticket.executionId);
    assert.deepEqual(readdirSync(uriToPath(place)), []);
  });

  it('records a resolver’s answer without taking it for the resolver’s work', async () => {
    const { run, second } = await pipeline('resolved');
    const schema = second.outputs['schema'];
    assert.ok(schema);
    const found = await runComponent(bench, run, { component: 'Resolve', node: 'found', inputs: { schema: [schema] } });
    assert.deepEqual(found.outputs, { schema });
    const none = await runComponent(bench, run, { component: 'Resolve', node: 'none' });
    assert.deepEqual(none.outputs, {});
    const rows = await bench.runtime.lineage.database.query(
      'select type from event where execution_id = $1 and artifact_id = $2 order by type',
      [found.begun.ticket.executionId, schema.id],
    );
    assert.deepEqual(rows, [{ type: 3 }, { type: 6 }]);
  });

  it('imports a folder from outside as it is, once for the same content', async () => {
    const folder = join(bench.root, '..', `${bench.root.split('/').at(-1)}-outside`);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(folder);
    try {
      writeFileSync(join(folder, 'saved_model.pb'), 'one');
      const call = { component: 'ImportFolder', parameters: { uri: folder } };
      const one = await runComponent(bench, newTestRun(), call);
      const two = await runComponent(bench, newTestRun(), call);
      assert.equal(one.outputs['result']?.type, 'Model');
      assert.deepEqual(two.outputs, one.outputs);
      const reimport = { ...call, parameters: { uri: folder, reimport: true } };
      assert.notEqual(
        (await runComponent(bench, newTestRun(), reimport)).outputs['result']?.id,
        one.outputs['result'].id,
      );
      writeFileSync(join(folder, 'saved_model.pb'), 'two');
      const changed = await runComponent(bench, newTestRun(), call);
      assert.notEqual(changed.outputs['result']?.digest, one.outputs['result'].digest);
      assert.deepEqual(readdirSync(folder), ['saved_model.pb']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('tfx.publish', () => {
  it('answers the same however often it runs, and removes the checkpoints', async () => {
    const bench = await newBench();
    const run = newTestRun();
    const { ticket } = await begin(bench, run, { component: 'WriteText', parameters: { steps: 1 } });
    const answer = await execute(bench, run, ticket);
    const checkpoints = uriToPath(bench.runtime.store.place('wine', 'WriteText', '.checkpoints', ticket.executionId));
    assert.ok(existsSync(checkpoints));
    const first = await publish(bench, run, ticket, answer);
    assert.deepEqual(await publish(bench, run, ticket, answer), first);
    assert.ok(!existsSync(checkpoints));
    const late = await execute(bench, run, ticket);
    assert.deepEqual(await publish(bench, run, ticket, late), first, 'a late attempt changes nothing');
  });

  it('refuses a result whose payload is not what the executor reported', async () => {
    const bench = await newBench();
    const run = newTestRun();
    const { ticket } = await begin(bench, run, { component: 'WriteText' });
    const answer = await execute(bench, run, ticket);
    const examples = answer.outputs['examples'];
    assert.ok(examples);
    const forged = { ...answer, outputs: { examples: { ...examples, digest: '0'.repeat(64) } } };
    await assert.rejects(publish(bench, run, ticket, forged), { type: 'ARTIFACT_CORRUPTED' });
    await assert.rejects(publish(bench, run, ticket, { ...answer, outputs: {} }), { type: 'OUTPUT_MISSING' });
    const big = { ...answer, outputs: { examples: { ...examples, properties: { reasons: 'x'.repeat(3000) } } } };
    await assert.rejects(publish(bench, run, ticket, big), { type: 'PAYLOAD_TOO_LARGE' });
    assert.equal(Object.keys(await publish(bench, run, ticket, answer)).length, 1);
  });
});
