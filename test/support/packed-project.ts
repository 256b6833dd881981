import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from './shared.js';

/** What `npm pack` makes of this repository. */
export interface Packed {
  readonly tarball: string;
  /** Paths inside of the package. */
  readonly files: readonly string[];
}

/** Packs the compiled repository into a folder. */
export async function pack(folder: string): Promise<Packed> {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await runProgram('npm', words, { cwd: repositoryRoot });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (packed === undefined) throw new Error('npm pack made nothing');
  return { tarball: path.join(folder, packed.filename), files: packed.files.map((file) => file.path) };
}

/**
 * Installs a project as `npm install` would, but offline: our tarball is unpacked into its `node_modules`, and the
 * packages that our manifest and its own name are links to this repository's. What neither names is not found.
 */
export async function installProject(source: string, tarball: string, folder: string): Promise<void> {
  await cp(source, folder, { recursive: true });
  const ours = path.join(folder, 'node_modules/tfx-temporal');
  await mkdir(ours, { recursive: true });
  await runProgram('tar', ['-xzf', tarball, '-C', ours, '--strip-components=1'], { cwd: folder });
  const [packed, project] = await Promise.all([readManifest(ours), readManifest(folder)]);
  const wanted = new Set([
    ...Object.keys({ ...packed.dependencies, ...packed.optionalDependencies, ...packed.peerDependencies }),
    ...Object.keys({ ...project.dependencies, ...project.devDependencies }),
  ]);
  wanted.delete('tfx-temporal');
  for (const name of wanted) {
    const link = path.join(folder, 'node_modules', name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(repositoryRoot, 'node_modules', name), link);
  }
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Runs a program to its end. @returns what it printed, whatever its exit code */
export function runProgram(
  program: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
