import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { Type } from '@sinclair/typebox';
import { executorDigest } from '../../activities/executor-digest.js';
import { fingerprint, type FingerprintFacts } from '../../activities/fingerprint.js';
import { importClosure } from '../../activities/import-closure.js';
import type { Artifact } from '../../artifacts/artifact.js';
import { defineComponent, many } from '../../components/contract.js';
import { implement } from '../../components/implement.js';
import { standardImplementations } from '../../components/implementations.js';

const contract = defineComponent({
  type: 'Trainer',
  version: 1,
  cache: 'content',
  inputs: { examples: many('Examples') },
  outputs: { model: 'Model' },
  parameters: Type.Object({}),
});

const examples: Artifact = {
  type: 'Examples',
  id: 1,
  uri: 'file:///a',
  digest: 'd1',
  properties: { span: 1, rows: 5 },
};

const facts: FingerprintFacts = {
  contract,
  code: { executor: 'e1' },
  parameters: { epochs: 3, layers: [1, { units: 2, activation: 'relu' }] },
  inputs: { examples: [examples] },
  modules: { wine: 'm1' },
  driver: {},
};

describe('the fingerprint', () => {
  const digest = fingerprint(facts).digest;
  const changed = (change: Partial<FingerprintFacts>): boolean =>
    fingerprint({ ...facts, ...change }).digest !== digest;

  it('is the same for the same work, whatever the order of keys, ids, places and other properties', () => {
    assert.ok(!changed({ parameters: { layers: [1, { activation: 'relu', units: 2 }], epochs: 3, none: undefined } }));
    const elsewhere = {
      ...examples,
      id: 9,
      uri: 'file:///b',
      properties: { rows: 5, span: 1, input_fingerprint: 'x' },
    };
    assert.ok(!changed({ inputs: { examples: [elsewhere] } }));
  });

  it('changes with version, code, parameters, modules, what the driver found, and inputs’ content and meaning', () => {
    assert.ok(changed({ contract: { ...contract, version: 2 } }));
    assert.ok(changed({ code: { executor: 'e2' } }));
    assert.ok(changed({ parameters: { epochs: 4, layers: facts.parameters['layers'] } }));
    assert.ok(changed({ modules: { wine: 'm2' } }));
    assert.ok(changed({ driver: { input: 'sha' } }));
    assert.ok(changed({ inputs: { examples: [{ ...examples, digest: 'd2' }] } }));
    assert.ok(changed({ inputs: { examples: [{ ...examples, properties: { span: 2 } }] } }));
    assert.ok(changed({ inputs: { examples: [examples, examples] } }));
  });

  it('names each field', () => {
    assert.deepEqual(fingerprint(facts).fields, {
      component: 'Trainer',
      version: '1',
      'code.executor': 'e1',
      'parameter.epochs': '3',
      'parameter.layers': '[1,{"activation":"relu","units":2}]',
      'input.examples': 'd1{"span":1}',
      'module.wine': 'm1',
    });
  });
});

describe('the digest of an executor', () => {
  it('covers what its file imports, however indirectly, and nothing else', async () => {
    const root = mkdtempSync(join(tmpdir(), 'tfx-closure-'));
    try {
      for (const folder of ['components/gen', 'formats', 'errors']) mkdirSync(join(root, folder), { recursive: true });
      const write = (path: string, text: string): void => {
        writeFileSync(join(root, path), text);
      };
      write('components/gen/executor.js', `import { a } from '../../formats/a.js';\nimport '../../errors/e.js';`);
      write('formats/a.js', `export * from './b.js';\nconst duck = await import('@duckdb/node-api/lib/x.js');`);
      write('formats/b.js', `import fs from 'node:fs';\nimport type from 'pg';\n//# sourceMappingURL=b.js.map`);
      write('formats/unused.js', '');
      write('errors/e.js', '');
      const { files, packages } = await importClosure(join(root, 'components/gen/executor.js'), root);
      assert.deepEqual([...files.keys()].map((path) => basename(path)).sort(), ['a.js', 'b.js', 'executor.js']);
      assert.deepEqual([...packages].sort(), ['@duckdb/node-api', 'pg']);
      assert.doesNotMatch(files.get(join(root, 'formats/b.js')) ?? '', /sourceMapping/);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('of every standard component is one of its compiled files and its engines', async () => {
    for (const [type, load] of Object.entries(standardImplementations)) {
      const implementation = await load();
      const find = (): Promise<typeof implementation> => Promise.resolve(implementation);
      const registry = { find, types: () => Promise.resolve([type]) };
      const code = await executorDigest(registry, implementation);
      assert.match(code['executor'] ?? '', /^[0-9a-f]{64}$/);
      assert.ok(Object.values(code).every((value) => value !== ''));
      const own = implement(implementation.contract, () => Promise.resolve({ summary: '' }));
      assert.notEqual(
        (await executorDigest(registry, own))['executor'],
        code['executor'],
        `${type} with another executor`,
      );
      const bundled = { ...registry, digest: () => Promise.resolve('bundle') };
      assert.deepEqual(await executorDigest(bundled, own), { executor: 'bundle' });
    }
  });
});
