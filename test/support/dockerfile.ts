import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './shared.js';

/** What the last stage of a Dockerfile leaves: how its program starts. */
export interface Built {
  readonly workingDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** Of the image's filesystem, what the steps write; it lies below `root` here. */
const FOLDERS = /(?<![\w.~/])\/(build|packed|project|var\/lib\/tfx)\b/g;

/**
 * Runs a Dockerfile's steps as a script, where there is no container engine: each absolute path of the image lies below
 * `root`, and the stages share it. What belongs to the base image (apt's packages, owners, the user) is left out.
 */
export class DockerfileSteps {
  private readonly root: string;
  private readonly context: readonly string[];
  private readonly base: NodeJS.ProcessEnv;
  private readonly env: Record<string, string> = {};
  private workingDirectory: string;
  private entrypoint: readonly string[] = [];
  private command: readonly string[] = [];

  /**
   * @param context files of the build context that the image may see
   * @param base the environment of every step, beside the Dockerfile's own
   */
  constructor(root: string, context: readonly string[], base: NodeJS.ProcessEnv) {
    this.root = root;
    this.context = context;
    this.base = base;
    this.workingDirectory = root;
  }

  run(file: string): Built {
    const text = readFileSync(file, 'utf8').replace(/\\\n\s*/g, ' ');
    for (const line of text.split('\n')) if (/^[A-Z]+ /.test(line)) this.step(line);
    const { workingDirectory, env, entrypoint, command } = this;
    return { workingDirectory, env, entrypoint, command };
  }

  /** The place of a path of the image. */
  place(text: string): string {
    return text.replace(FOLDERS, (_, folder: string) => path.join(this.root, folder));
  }

  private step(line: string): void {
    const instruction = line.slice(0, line.indexOf(' '));
    const rest = this.place(line.slice(instruction.length + 1));
    if (instruction === 'WORKDIR') this.enter(rest);
    else if (instruction === 'COPY') this.copy(rest.split(' '));
    else if (instruction === 'RUN') this.shell(rest);
    else if (instruction === 'ENV') for (const pair of rest.split(' ')) this.set(pair);
    else if (instruction === 'ENTRYPOINT') this.entrypoint = JSON.parse(rest) as string[];
    else if (instruction === 'CMD') this.command = JSON.parse(rest) as string[];
    else if (instruction !== 'FROM' && instruction !== 'USER') throw new Error(`unknown step of a Dockerfile: ${line}`);
  }

  private enter(folder: string): void {
    mkdirSync(folder, { recursive: true });
    this.workingDirectory = folder;
  }

  private set(pair: string): void {
    this.env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
  }

  private copy(words: readonly string[]): void {
    const fromStage = words[0]?.startsWith('--from=') === true;
    const sources = words.slice(fromStage ? 1 : 0, -1);
    const to = path.resolve(this.workingDirectory, words.at(-1) ?? '.');
    // Another stage's files are there already: it has the same root.
    if (fromStage) return;
    for (const source of sources)
      for (const file of this.filesOf(source)) this.copyFile(file, source, to, sources.length);
  }

  private filesOf(source: string): readonly string[] {
    if (source === '.') return this.context;
    const files = this.context.filter((file) => file === source || file.startsWith(`${source}/`));
    if (files.length === 0) throw new Error(`COPY ${source}: .dockerignore lets nothing of it through`);
    return files;
  }

  private copyFile(file: string, source: string, to: string, sources: number): void {
    const from = path.join(repositoryRoot, file);
    if (file !== source) {
      cpSync(from, path.join(to, path.relative(source, file)));
      return;
    }
    const isFolder = sources > 1 || existsSync(to);
    cpSync(from, isFolder ? path.join(to, path.basename(file)) : to);
  }

  private shell(script: string): void {
    const words = script.split(' && ').filter((part) => !/^(apt-get|rm -rf \/var\/lib\/apt|chown) ?/.test(part));
    if (words.length === 0) return;
    const env = { ...this.base, ...this.env };
    const { status, stdout, stderr } = spawnSync('sh', ['-euc', words.join(' && ')], {
      cwd: this.workingDirectory,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`RUN ${script}\nexit code ${status}\n${stdout}\n${stderr}`);
  }
}

/** The files of this repository that `.dockerignore` lets into the build context. */
export function buildContext(): string[] {
  const lines = readFileSync(path.join(repositoryRoot, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  const allowed = lines.filter((line) => line.startsWith('!')).map((line) => pattern(line.slice(1)));
  const refused = lines.filter((line) => !line.startsWith('!') && line !== '**').map(pattern);
  const { stdout } = spawnSync('git', ['ls-files'], { cwd: repositoryRoot, encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((file) => allowed.some((p) => p.test(file)) && !refused.some((p) => p.test(file)))
    .filter((file) => existsSync(path.join(repositoryRoot, file)));
}

const pattern = (line: string): RegExp =>
  new RegExp(`^${line.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}(/|$)`);
