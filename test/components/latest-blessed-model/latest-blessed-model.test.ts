import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Artifact } from '../../../artifacts/artifact.js';
import type { BlessedModel, LineageReader } from '../../../components/implement.js';
import { latestBlessedModel } from '../../../components/latest-blessed-model/driver.js';

const model = (id: number, digest: string): Artifact => ({
  type: 'Model',
  id,
  uri: `file:///${id}`,
  digest,
  properties: {},
});

const blessed = (found: Artifact): BlessedModel => ({
  model: found,
  blessing: { type: 'ModelBlessing', id: found.id + 100, uri: '', digest: '', properties: { verdict: 'BLESSED' } },
});

/** The pipeline's blessed models, newest first. */
async function resolve(models: readonly Artifact[], unless?: Artifact) {
  const lineage: LineageReader = {
    blessedModels: (pipeline) => Promise.resolve(pipeline === 'wine' ? models.map(blessed) : []),
    artifact: () => Promise.resolve(undefined),
    artifacts: () => Promise.resolve([]),
  };
  const place = { path: '/nowhere', file: (name: string) => name };
  return await latestBlessedModel.driver?.({
    inputs: { unless: unless ? [unless] : [] },
    parameters: {},
    outputs: { model: place },
    pipeline: 'wine',
    node: 'LatestBlessedModel',
    nominalTime: '',
    lineage,
    loadModule: () => Promise.resolve({}),
    signal: new AbortController().signal,
  });
}

describe('LatestBlessedModel', () => {
  it('finds nothing on a first run', async () => {
    assert.deepEqual(await resolve([]), { reuse: {}, summary: 'no blessed model yet' });
  });

  it('says so when the only blessed model is the one to leave out', async () => {
    assert.equal((await resolve([model(1, 'a')], model(2, 'a')))?.summary, 'no other model is blessed');
  });

  it('finds the newest blessed model', async () => {
    assert.equal((await resolve([model(3, 'c'), model(1, 'a')]))?.reuse?.model?.id, 3);
  });

  it('answers A for B both before and after B is blessed, so that models A, B, B hit the cache', async () => {
    const [a, b, again] = [model(1, 'a'), model(2, 'b'), model(3, 'b')];
    const before = await resolve([a], b);
    const after = await resolve([b, a], again);
    assert.equal(before?.reuse?.model?.id, 1);
    assert.deepEqual(after?.reuse, before.reuse);
  });

  it('has no baseline for a model whose content alone was ever blessed', async () => {
    assert.deepEqual((await resolve([model(1, 'a')], model(2, 'a')))?.reuse, {});
  });
});
