import type { StatePaths } from '../state.js';
import { statePaths } from '../state.js';
import { checkDisk, checkStateFolder } from './folders.js';
import { checkLibtensorflow, checkPackages, checkTemporalVersions } from './packages.js';
import { checkNode, checkPlatform, checkPython, checkSystemTools } from './machine.js';
import { checkPorts, checkPostgresBinaries, checkSupervisor, checkTemporalCli } from './servers.js';

export type CheckState = 'ok' | 'warning' | 'failed';

/** What was found about one part. */
export interface CheckResult {
  readonly state: CheckState;
  /** What was found, in a few words: a version, an address, a reason. */
  readonly found: string;
  /** What to do; there is one whenever `state` is not `ok`. */
  readonly fix?: string;
}

export interface DoctorCheck extends CheckResult {
  /** Stable name for machines, for example `libtensorflow`. */
  readonly id: string;
  /** For people, for example `libtensorflow loads`. */
  readonly title: string;
}

export interface DoctorReport {
  /** Whether no check failed; warnings do not count. */
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

/** A check of another room's (migrations, a reachable Temporal server, the artifact store), run with the rest; in the place of ours when it has its id. */
export interface ExtraCheck {
  readonly id: string;
  readonly title: string;
  readonly run: () => Promise<CheckResult>;
}

export interface DoctorOptions {
  readonly state?: string;
  /** Where artifacts are written; the state folder's own root when left out. */
  readonly artifactRoot?: string;
  readonly extra?: readonly ExtraCheck[];
}

type Check = (context: {
  readonly paths: StatePaths;
  readonly artifactRoot: string;
}) => Promise<CheckResult> | CheckResult;

const CHECKS: readonly (readonly [id: string, title: string, check: Check])[] = [
  ['node', 'Node.js', checkNode],
  ['platform', 'Platform', checkPlatform],
  ['packages', 'npm packages', checkPackages],
  ['temporal-versions', '@temporalio packages are of one version', checkTemporalVersions],
  ['python', 'Python with pip', checkPython],
  ['system-tools', 'flock and setpriv', checkSystemTools],
  ['state', 'State folder', ({ paths }) => checkStateFolder(paths.state)],
  ['artifacts', 'Artifact root is writable', ({ artifactRoot }) => checkStateFolder(artifactRoot)],
  ['disk', 'Free disk space', ({ paths }) => checkDisk(paths.state)],
  ['temporal', 'Temporal program', ({ paths }) => checkTemporalCli(paths)],
  ['postgres', 'PostgreSQL programs', ({ paths }) => checkPostgresBinaries(paths)],
  ['servers', 'Embedded servers', ({ paths }) => checkSupervisor(paths)],
  ['ports', 'Ports', ({ paths }) => checkPorts(paths)],
  ['libtensorflow', 'libtensorflow loads', checkLibtensorflow],
];

/** Looks at each part, changes nothing, and never throws: a check that breaks is a failed check. */
export async function runDoctor(options: DoctorOptions = {}): Promise<DoctorReport> {
  const paths = statePaths(options.state);
  const context = { paths, artifactRoot: options.artifactRoot ?? paths.artifacts };
  const extra = options.extra ?? [];
  const own = CHECKS.filter(([id]) => !extra.some((other) => other.id === id));
  const checks = await Promise.all([
    ...own.map(([id, title, check]) => guarded(id, title, async () => check(context))),
    ...extra.map(({ id, title, run }) => guarded(id, title, run)),
  ]);
  return { ok: checks.every(({ state }) => state !== 'failed'), checks };
}

async function guarded(id: string, title: string, run: () => Promise<CheckResult>): Promise<DoctorCheck> {
  try {
    return { id, title, ...(await run()) };
  } catch (error) {
    const fix = error instanceof Error && 'fix' in error ? String(error.fix) : 'Run `npm run setup`, then look again.';
    return { id, title, state: 'failed', found: error instanceof Error ? error.message : String(error), fix };
  }
}
