#!/usr/bin/env node
/**
 * Set-up from a bare clone, with nothing but Node and npm: dependencies, build, native parts.
 * Each step looks first whether it has something to do; `npm run setup` twice takes a second.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE = [20, 3];
const INSTALLED = join(root, 'node_modules', '.tfx-temporal-installed');
const BUILT = join(root, 'dist', '.built');

/** Dependencies, build and native parts. Ends the process with a message when a step fails. */
export async function setUp() {
  checkNode();
  installPackages();
  build();
  await provisionParts();
}

/** One line of progress. They go to standard error: standard output is the command's own. */
export function say(message) {
  console.error(message);
}

function fail(what, fix, code = 1) {
  console.error(`\n✖ ${what}\n  Fix: ${fix}`);
  process.exit(code);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`Node.js ${process.version} is too old.`, `Install Node.js ${OLDEST_NODE.join('.')} or later.`, 3);
}

function installPackages() {
  const digest = sha256(readFileSync(join(root, 'package-lock.json')));
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === digest) return;
  if (!isInstalled()) {
    const started = Date.now();
    say('Installing npm packages (npm ci)');
    const result = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    if (result !== 0) {
      fail(`npm ci failed with ${result}.`, 'Read npm’s message above; most often the registry does not answer.', 4);
    }
    say(`Installed in ${elapsed(started)}`);
  }
  writeFileSync(INSTALLED, digest);
}

/** Whether npm has already installed just what the lockfile says, by whatever command. */
function isInstalled() {
  const file = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(file)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(file, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === '' || link) return true;
    return found[path] === undefined ? optional === true : found[path].version === version;
  });
}

/** By npm's own script when npm runs us, so that it is the same npm. */
function npm(words) {
  const script = process.env.npm_execpath;
  const [program, ...first] = script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
  const result = spawnSync(program, [...first, ...words], { cwd: root, stdio: ['ignore', 2, 2] });
  return result.status ?? result.error?.message ?? result.signal;
}

/** Compiles into `dist/` when a source has changed; what has lost its source is removed from there. */
export function build() {
  const sources = sourceFiles();
  const state = sha256(sources.map((file) => `${file} ${fingerprint(join(root, file))}`).join('\n'));
  if (existsSync(BUILT) && readFileSync(BUILT, 'utf8') === state) return;
  const started = Date.now();
  say('Compiling TypeScript');
  removeOrphans(new Set(sources));
  const compiler = ['typescript-native/bin/tsc', 'typescript/bin/tsc']
    .map((path) => join(root, 'node_modules', path))
    .find((path) => existsSync(path));
  const result = spawnSync(process.execPath, [compiler ?? '', '-p', root], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) fail('Compiling failed.', 'Correct what the compiler names above.');
  writeFileSync(BUILT, state);
  say(`Compiled in ${elapsed(started)}`);
}

function sourceFiles() {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  const folders = include.filter((name) => !name.includes('*') && existsSync(join(root, name)));
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
  );
  const sources = [...readdirSync(root), ...inFolders].filter((name) => name.endsWith('.ts'));
  return [...sources, 'tsconfig.json', 'package-lock.json'].sort();
}

function removeOrphans(sources) {
  const dist = join(root, 'dist');
  if (!existsSync(dist)) return;
  for (const name of readdirSync(dist, { recursive: true })) {
    const source = /^(.*)\.(?:js|d\.ts)(?:\.map)?$/.exec(name)?.[1];
    if (source !== undefined && !sources.has(`${source}.ts`)) rmSync(join(dist, name), { force: true });
  }
}

function fingerprint(file) {
  const { size, mtimeMs } = statSync(file);
  return `${size} ${mtimeMs}`;
}

async function provisionParts() {
  const { provision } = await fromDist('local/index.js');
  try {
    await provision({ onEvent: (event) => event.type === 'progress' && say(event.message) });
  } catch (error) {
    console.error(`\n✖ ${error.message}${error.code ? ` [${error.code}]` : ''}`);
    process.exit(error.kind === 'unavailable' ? 4 : 3);
  }
}

/** A module of the build; only there once it was built. */
export function fromDist(path) {
  return import(pathToFileURL(join(root, 'dist', path)).href);
}

export function elapsed(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

if (process.argv[1] !== undefined && relative(process.argv[1], fileURLToPath(import.meta.url)) === '') {
  process.chdir(root);
  const started = Date.now();
  await setUp();
  say(`Ready (${elapsed(started)}).`);
}
