import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { migrate } from '../../lineage/index.js';
import { statePaths } from '../../local/index.js';
import { findTemporalCli } from '../../local/provision/temporal-cli.js';
import { installProject, pack, type Packed, runProgram } from '../support/packed-project.js';
import { freshDatabase, testServers, useSharedTools } from '../support/servers.js';
import { repositoryRoot } from '../support/shared.js';

const compiler = path.join(repositoryRoot, 'node_modules/typescript-native/bin/tsc');
let folder: string;
let project: string;
let packed: Packed;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tfx-plugin-project-'));
  project = path.join(folder, 'orchard');
  packed = await pack(folder);
  await installProject(path.join(repositoryRoot, 'test/fixtures/plugin-project'), packed.tarball, project);
});
after(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds the program, the compiled code and two examples to copy, and nothing of tests', () => {
    const expected = ['bin/tfx-temporal.mjs', 'dist/index.js', 'dist/index.d.ts', 'dist/cli/main.js', 'LICENSE'];
    for (const file of expected) assert.ok(packed.files.includes(file), `${file} is missing`);
    const examples = ['taxi', 'wine'].flatMap((name) =>
      ['README.md', 'module.ts', 'pipeline.ts'].map((file) => `examples/${name}/${file}`),
    );
    assert.deepEqual(packed.files.filter((file) => file.startsWith('examples/')).sort(), examples);
    const unwanted = packed.files.filter((file) =>
      /(^|\/)(test|bench|scripts)\/|^dist\/examples\/|\.test\.|tfx\.config|tsbuildinfo|\.built/.test(file),
    );
    assert.deepEqual(unwanted, []);
  });

  it('starts its program where it is installed', async () => {
    const program = path.join(project, 'node_modules/tfx-temporal/bin/tfx-temporal.mjs');
    const { code, stdout, stderr } = await runProgram(process.execPath, [program, '--help'], { cwd: project });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /migrate/);
  });

  it('resolves each of its entries, with types', async () => {
    const entries = await entriesOf(path.join(project, 'node_modules/tfx-temporal'));
    const lines = entries.map((entry, i) => `import * as entry${i} from '${entry}';\nconsole.log(typeof entry${i});`);
    await writeFile(path.join(project, 'src/entries.ts'), lines.join('\n'));
    const compiled = await runProgram(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], { cwd: project });
    assert.equal(compiled.code, 0, compiled.stdout);
    const { code, stdout, stderr } = await runProgram(process.execPath, ['dist/entries.js'], { cwd: project });
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.trim().split('\n'), Array<string>(entries.length).fill('object'));
  });
});

describe('a project that installs the package', () => {
  it('mixes our components with its own work in its own worker, client, bundle and test environment', async () => {
    useSharedTools();
    await testServers();
    const databaseUrl = await freshDatabase();
    await migrate(databaseUrl);
    const env = {
      ...process.env,
      DATABASE_URL: databaseUrl,
      TEMPORAL_CLI: (await findTemporalCli(statePaths())) ?? '',
    };
    Reflect.deleteProperty(env, 'NODE_TEST_CONTEXT');
    assert.ok(existsSync(path.join(project, 'dist/orchards.test.js')), 'the project was not compiled');
    const words = ['--test', '--test-force-exit', 'dist/orchards.test.js'];
    const { code, stdout, stderr } = await runProgram(process.execPath, words, { cwd: project, env });
    assert.equal(code, 0, stdout + stderr);
  });
});

/** The package's entries as a user imports them. */
async function entriesOf(place: string): Promise<string[]> {
  const manifest = JSON.parse(await readFile(path.join(place, 'package.json'), 'utf8')) as { exports: object };
  return Object.keys(manifest.exports)
    .filter((name) => !name.endsWith('.json'))
    .map((name) => `tfx-temporal${name.slice(1)}`);
}
