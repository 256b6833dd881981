import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { VERBS } from '../../cli/verbs.js';
import { repositoryRoot } from '../support/shared.js';

test('the list of verbs says of each what its own file says', async () => {
  for (const { name, usage, summary, load } of VERBS) {
    const program = new Command();
    (await load())(program);
    const listed = new Command().command(`${name} ${usage}`.trim()).description(summary);
    const [registered] = program.commands;
    assert.equal(program.commands.length, 1);
    assert.equal(registered?.name(), listed.name());
    assert.equal(registered.description(), listed.description());
    assert.deepEqual(registered.registeredArguments.map(facts), listed.registeredArguments.map(facts));
  }
});

test('every file of a verb is in the list', () => {
  const files = readdirSync(path.join(repositoryRoot, 'cli/verbs')).map((file) => path.parse(file).name);
  const names = new Set(VERBS.map(({ name }) => name));
  const unlisted = files.filter((file) => !file.startsWith('data-') && !names.has(file));
  assert.deepEqual(unlisted, []);
});

test('`help run` is the page of run, and a verb that does not exist is a usage error with a suggestion', async () => {
  const { stdout } = await command('help', 'run');
  assert.match(stdout, /--no-cache/);
  await assert.rejects(command('rum'), (error: Error & { code: number; stderr: string }) => {
    assert.equal(error.code, 2);
    assert.match(error.stderr, /Did you mean.*run/);
    return true;
  });
});

const facts = (argument: Command['registeredArguments'][number]) => ({
  name: argument.name(),
  required: argument.required,
  variadic: argument.variadic,
});

function command(...words: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [path.join(repositoryRoot, 'bin/tfx-temporal.mjs'), ...words]);
}
