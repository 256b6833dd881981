#!/usr/bin/env node
/**
 * `npm test`: set-up, embedded servers in a state folder of the tests' own, then every compiled test by Node's runner,
 * whose summary ends the output. Words after `--` select test files by a part of their path; flags go to Node.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromDist, root, say, setUp } from './setup.mjs';

/** What a shell has set for servers of its own must not receive our tables. */
const STRAY = /^(DATABASE_URL|PG[A-Z]+|TEMPORAL_(?!CLI$)\w+|NODE_TEST_CONTEXT)$/;

process.chdir(root);
for (const name of Object.keys(process.env)) if (STRAY.test(name)) Reflect.deleteProperty(process.env, name);
await setUp();

const state = resolve(process.env.TFX_TEMPORAL_STATE ?? join(root, '.tfx-temporal'));
process.env.TFX_TEMPORAL_TOOLS ??= join(state, 'tools');
process.env.TFX_TEMPORAL_STATE = join(state, 'test');
process.env.TFX_TEMPORAL_FAST_POSTGRES = '1';

const words = process.argv.slice(2);
const files = testFiles(words.filter((word) => !word.startsWith('-')));
if (files.length === 0) {
  console.error('✖ No test file matches.');
  process.exit(2);
}
const { connectLocal, localStatus, stopLocal } = await fromDist('local/index.js');
const servers = await connectLocal({ onEvent: (event) => event.type === 'progress' && say(event.message) });
const { dropTestDatabases } = await fromDist('test/support/databases.js');
if (await isAlone()) await dropTestDatabases(servers.databaseUrl);
const code = await runTests(
  files,
  words.filter((word) => word.startsWith('-')),
);
if (await isAlone()) await stopLocal(process.env.TFX_TEMPORAL_STATE);
await servers.release();
process.exit(code);

/** Whether no other test run uses the servers. */
async function isAlone() {
  const status = await localStatus();
  return status.running && status.clients.every((pid) => pid === process.pid);
}

/** Compiled tests whose source is still there. */
function testFiles(parts) {
  return readdirSync(join(root, 'dist', 'test'), { recursive: true })
    .filter((name) => name.endsWith('.test.js') && existsSync(join(root, 'test', name.replace(/\.js$/, '.ts'))))
    .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
    .map((name) => join('dist', 'test', name))
    .sort();
}

function runTests(testPaths, flags) {
  const env = { ...process.env, TFX_TEMPORAL_TEST_SERVERS: JSON.stringify(servers) };
  const runner = ['--test', '--test-concurrency=2', '--test-force-exit', '--enable-source-maps', ...flags];
  const child = spawn(process.execPath, [...runner, ...testPaths], { cwd: root, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.once('exit', (exitCode, signal) => done(exitCode ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
