import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BundledModules } from '../../worker/module-registry.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'tfx-modules-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const registry = (project = ''): BundledModules =>
  new BundledModules({ wine: path.join(folder, project, 'module.ts') }, path.join(folder, 'bundles'));

test('a module is TypeScript with imports of its own, loaded by name', async () => {
  write('module.ts', `import { twice } from './twice.js'; export const answer: number = twice(21);`);
  write('twice.ts', `export const twice = (x: number): number => 2 * x;`);
  assert.equal((await registry().load('wine'))['answer'], 42);
});

test('a changed line or imported helper makes another digest and is loaded afresh; a comment does not', async () => {
  write('module.ts', `import { twice } from './twice.js'; export const answer = twice(21);`);
  write('twice.ts', `export const twice = (x: number): number => 2 * x;`);
  const modules = registry();
  const before = await modules.digest('wine');
  write('twice.ts', `/** Doubles. */\nexport const twice = (x: number): number => 2 * x; // exactly`);
  assert.equal(await modules.digest('wine'), before);
  write('twice.ts', `export const twice = (x: number): number => 2 * x + 1;`);
  assert.notEqual(await modules.digest('wine'), before);
  assert.equal((await modules.load('wine'))['answer'], 43);
});

test('the digest does not depend on where the project lies, but on the versions of its packages', async () => {
  const source = `import { parse } from 'grape'; export const run = parse;`;
  const digests: string[] = [];
  for (const [project, version] of [
    ['a', '1.0.0'],
    ['b', '1.0.0'],
    ['c', '1.0.1'],
  ]) {
    write(`${project}/module.ts`, source);
    write(`${project}/node_modules/grape/package.json`, JSON.stringify({ name: 'grape', version, main: 'index.js' }));
    write(`${project}/node_modules/grape/index.js`, `exports.parse = () => '${version}';`);
    write(`${project}/package-lock.json`, JSON.stringify({ packages: { 'node_modules/grape': { version } } }));
    const modules = registry(project);
    digests.push(await modules.digest('wine'));
    const { run } = await modules.load('wine');
    assert.equal((run as () => string)(), version);
  }
  assert.equal(digests[0], digests[1]);
  assert.notEqual(digests[0], digests[2]);
});

test('equal code is one file, also for several registries', async () => {
  write('module.ts', `export const answer = 42;`);
  await Promise.all([registry().load('wine'), registry().load('wine')]);
  assert.equal(readdirSync(path.join(folder, 'bundles')).length, 1);
});

test('an unknown module, a syntax error, a missing package and a throwing module are coded errors', async () => {
  await assert.rejects(registry().digest('beer'), { code: 'MODULE_UNKNOWN', what: /no module 'beer'.+knows wine/ });
  await assert.rejects(registry().digest('toString'), { code: 'MODULE_UNKNOWN' });
  write('module.ts', `export const answer = ;`);
  await assert.rejects(registry().digest('wine'), {
    code: 'MODULE_BUNDLE_FAILED',
    what: /module\.ts:1:22: Unexpected/,
  });
  write('module.ts', `import x from 'not-installed-anywhere'; export const answer = x;`);
  await assert.rejects(registry().load('wine'), { code: 'MODULE_BUNDLE_FAILED', what: /not-installed-anywhere/ });
  write('module.ts', `throw new Error('at the top');`);
  await assert.rejects(registry().load('wine'), { code: 'MODULE_LOAD_FAILED', what: /at the top/ });
});

test('a corrected module is bundled again', async () => {
  const modules = registry();
  write('module.ts', `export const answer = ;`);
  await assert.rejects(modules.digest('wine'), { code: 'MODULE_BUNDLE_FAILED' });
  write('module.ts', `export const answer = 42;`);
  assert.equal((await modules.load('wine'))['answer'], 42);
});

test('another process finds the bundle made, and sees a change even when its time was set back', async () => {
  const file = write('module.ts', `export const answer = 1;`);
  const { atime, mtime } = statSync(file);
  await sleep(100); // A file that is as young as its bundle is bundled again.
  const before = await registry().digest('wine');
  assert.equal(await registry().digest('wine'), before);
  assert.ok(readdirSync(path.join(folder, 'bundles')).some((name) => /^module-\w+\.json$/.test(name)));
  write('module.ts', `export const answer = 2;`);
  utimesSync(file, atime, mtime);
  assert.notEqual(await registry().digest('wine'), before);
});
