#!/usr/bin/env node
/** `npm run demo`: set-up, then the penguin pipeline end to end on embedded servers. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

process.chdir(root);
await setUp();
const command = [join(root, 'bin', 'tfx-temporal'), 'demo', ...process.argv.slice(2)];
const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to both; the command decides what it means.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
