import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PipelineError } from '../errors/pipeline-error.js';

/** Where everything local lies. Deleting `state` is a clean slate; only `tools` then has to be staged again. */
export interface StatePaths {
  /** The state folder: `.tfx-temporal/` at the project's root, or `TFX_TEMPORAL_STATE`. */
  readonly state: string;
  /** Staged programs and downloads: `<state>/tools`, or `TFX_TEMPORAL_TOOLS` to share them between state folders. */
  readonly tools: string;
  readonly downloads: string;
  readonly postgres: string;
  /** SQLite file of the Temporal server: runs survive restarts. */
  readonly temporalDatabase: string;
  readonly logs: string;
  /** Root of the filesystem artifact store. */
  readonly artifacts: string;
  /** Copies of payloads that lie on S3. */
  readonly cache: string;
  /** Bundles of user modules and workflows. */
  readonly bundles: string;
  /** Held by the one supervisor for as long as it lives. */
  readonly lock: string;
  /** Facts of the running supervisor, for people and for `status`. */
  readonly facts: string;
  /** Unix-domain socket of the supervisor. */
  readonly socket: string;
}

/** Unix-domain socket paths end at 107 bytes on Linux and 103 on macOS. */
const MAX_SOCKET_PATH = 100;

/** The nearest folder upward that has a `tfx.config.ts` or a `package.json`; `from` itself when there is none. */
export function findProjectRoot(from: string = process.cwd()): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (['tfx.config.ts', 'package.json'].some((name) => existsSync(join(folder, name)))) return folder;
    if (folder === dirname(folder)) return resolve(from);
  }
}

/** Every local path, without touching the disk. @param state - the state folder; from the environment when left out. */
export function statePaths(state?: string): StatePaths {
  const root = resolve(state ?? process.env['TFX_TEMPORAL_STATE'] ?? join(findProjectRoot(), '.tfx-temporal'));
  const tools = resolve(process.env['TFX_TEMPORAL_TOOLS'] ?? join(root, 'tools'));
  return {
    state: root,
    tools,
    downloads: join(tools, 'downloads'),
    postgres: join(root, 'postgres'),
    temporalDatabase: join(root, 'temporal', 'temporal.db'),
    logs: join(root, 'logs'),
    artifacts: join(root, 'artifacts'),
    cache: join(root, 'cache'),
    bundles: join(root, 'bundles'),
    lock: join(root, 'supervisor.lock'),
    facts: join(root, 'supervisor.json'),
    socket: socketPath(root),
  };
}

/** Not `os.tmpdir()`: two shells with different TMPDIR must find the same supervisor. */
function socketPath(state: string): string {
  const path = join(state, 'supervisor.sock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path;
  const digest = createHash('sha256').update(state).digest('hex').slice(0, 16);
  return join('/tmp', `tfx-temporal-${String(process.getuid?.() ?? 0)}`, `${digest}.sock`);
}

/**
 * Makes the state folder and the folders in it that others write to.
 * @throws PipelineError LOCAL_STATE_UNWRITABLE
 */
export function makeStateFolders(paths: StatePaths): void {
  const folders = [paths.state, paths.logs, paths.artifacts, paths.bundles, dirname(paths.temporalDatabase)];
  try {
    for (const folder of [...folders, dirname(paths.socket)]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(paths.state, constants.W_OK);
    refuseForeignFolder(dirname(paths.socket));
  } catch (cause) {
    throw new PipelineError('LOCAL_STATE_UNWRITABLE', {
      what: `Cannot make the state folder ${paths.state}: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

/** A socket below /tmp is ours only in a folder of ours. */
function refuseForeignFolder(folder: string): void {
  const owner = statSync(folder).uid;
  if (process.getuid !== undefined && owner !== process.getuid()) {
    throw new Error(`${folder} belongs to user ${String(owner)}`);
  }
}
