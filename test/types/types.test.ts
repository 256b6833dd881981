import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/shared.js';

const folder = path.join(repositoryRoot, 'test/types/does-not-compile');

test('wrong wiring does not compile, and nothing else in the same files fails to', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const marked = readFileSync(path.join(folder, file), 'utf8').match(/@ts-expect-error \w+/g) ?? [];
    assert.ok(marked.length > 0, `${file} marks no line`);
  }
  const compiler = path.join(repositoryRoot, 'node_modules/typescript-native/bin/tsc');
  // A marked line that does compile is an error itself: "unused '@ts-expect-error' directive".
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});
