import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { InputArtifact, Services } from '../../../components/implement.js';
import { InfraValidator } from '../../../components/infra-validator/contract.js';
import { infraValidator } from '../../../components/infra-validator/executor.js';
import { launchModelServer } from '../../../serving/launch.js';
import { executorContext, inputArtifact, temporaryFolder } from '../../support/executor-context.js';
import { writeTinyExamples } from '../../support/tiny-examples.js';
import { writeTinyModel } from '../../support/tiny-model.js';

const root = temporaryFolder('infra');
after(() => rm(root, { recursive: true, force: true }));

const services: Services = { modelServer: { launch: launchModelServer } };
const PARAMETERS = { numTries: 1, maxLoadingTimeSeconds: 60, numExamples: 3, signatureNames: ['serving_default'] };

let examples: InputArtifact;
let good: InputArtifact;
before(async () => {
  const rows = Array.from({ length: 5 }, (_, i) => ({ x: i, y: i, city: 'paris' }));
  examples = await inputArtifact('Examples', await writeTinyExamples(path.join(root, 'examples'), 'eval', rows));
  await writeTinyModel(path.join(root, 'good'), { head: 'regression', slopes: [2], biases: [1] });
  good = await inputArtifact('Model', path.join(root, 'good'));
});

async function run(model: InputArtifact, parameters = {}, given: { signal?: AbortSignal } = {}) {
  const context = executorContext(InfraValidator, root, {
    inputs: { model, examples },
    parameters: { ...PARAMETERS, ...parameters },
    services,
    ...given,
  });
  const result = await infraValidator.executor?.(context);
  const { path: folder } = context.outputs.infraBlessing;
  const properties = result?.properties?.infraBlessing ?? {};
  return {
    summary: result?.summary ?? '',
    verdict: properties['verdict'],
    blessed: properties['blessed'],
    reasons: JSON.parse(String(properties['reasons'])) as string[],
    files: (await readdir(folder)).sort(),
    log: await readFile(path.join(folder, 'server.log'), 'utf8').catch(() => ''),
  };
}

describe('InfraValidator', () => {
  it('blesses a model that a server in a process of its own loads and that answers real examples', async () => {
    const found = await run(good);
    assert.deepEqual([found.verdict, found.blessed, found.reasons], ['INFRA_BLESSED', 1, []]);
    assert.deepEqual(found.files, ['INFRA_BLESSED']);
    assert.equal(found.summary, 'INFRA_BLESSED · 3 requests answered');
  });

  it('refuses a SavedModel that cannot be loaded, says why and keeps the log of each try', async () => {
    const folder = path.join(root, 'broken');
    await mkdir(path.join(folder, 'Format-Serving'), { recursive: true });
    const model = await readFile(path.join(root, 'good', 'Format-Serving', 'saved_model.pb'));
    await writeFile(path.join(folder, 'Format-Serving', 'saved_model.pb'), model.subarray(0, model.length / 2));
    const found = await run(await inputArtifact('Model', folder), { numTries: 2 });
    assert.deepEqual([found.verdict, found.blessed], ['INFRA_NOT_BLESSED', 0]);
    assert.deepEqual(found.files, ['INFRA_NOT_BLESSED', 'server.log']);
    assert.equal(found.reasons.length, 1);
    assert.match(found.reasons[0] ?? '', /^the model cannot be loaded: .*cannot be read as a SavedModel/);
    assert.equal(found.log.match(/loading version 1/g)?.length, 2);
  });

  it('refuses a model that loads but does not answer the signature that clients will ask', async () => {
    const found = await run(good, { signatureNames: ['serving_default', 'tomorrow'] });
    assert.equal(found.verdict, 'INFRA_NOT_BLESSED');
    assert.match(
      found.reasons[0] ?? '',
      /^example 1 of 3 with signature tomorrow was refused with status 400: Serving signature name: "tomorrow" not found/,
    );
  });

  it('stops at once, and leaves no server behind, when it is cancelled', async () => {
    const controller = new AbortController();
    const launched: { exit(): string | undefined }[] = [];
    const counting: Services = {
      modelServer: {
        launch: async (options) => {
          const server = await services.modelServer.launch(options);
          launched.push(server);
          controller.abort(new Error('cancelled'));
          return server;
        },
      },
    };
    const context = executorContext(InfraValidator, root, {
      inputs: { model: good, examples },
      parameters: PARAMETERS,
      services: counting,
      signal: controller.signal,
    });
    await assert.rejects(async () => infraValidator.executor?.(context), /cancelled|abort/i);
    assert.equal(launched.length, 1);
    assert.notEqual(launched[0]?.exit(), undefined);
  });

  it('refuses a split that the examples do not have', async () => {
    await assert.rejects(run(good, { splitName: 'train' }), { code: 'EVALUATION_SPLIT_MISSING' });
  });
});
