import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import pc from 'picocolors';
import { isS3, openStore, uriToPath } from '../../artifacts/index.js';
import { connect } from '../../client/index.js';
import { migrationStatus } from '../../lineage/index.js';
import type { CheckResult, DoctorOptions, ExtraCheck } from '../../local/doctor/doctor.js';
import { localStatus, runDoctor, type DoctorCheck } from '../../local/index.js';
import { printJson, print } from '../console.js';
import { exitCodes } from '../exit-codes.js';
import { findTarget } from '../target.js';
import { loadConfig, type LoadedConfig } from '../../worker/load-config.js';

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check every part, and say how to fix what fails')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const config = await loadedConfig();
      const report = await runDoctor({
        ...artifactFolder(config),
        extra: [
          ...artifactStore(config),
          { id: 'temporal', title: 'Temporal server answers', run: checkTemporal },
          { id: 'migrations', title: 'Lineage database and its migrations', run: checkMigrations },
        ],
      });
      if (options.json === true) printJson(report);
      else for (const check of report.checks) print(line(check));
      process.exitCode = report.ok ? exitCodes.ok : exitCodes.unavailable;
    });
}

/** Undefined when there is none or it cannot be loaded: `run` says why, and the rest can be looked at without it. */
const loadedConfig = (): Promise<LoadedConfig | undefined> => loadConfig().catch(() => undefined);

function artifactFolder(config: LoadedConfig | undefined): Pick<DoctorOptions, 'artifactRoot'> {
  return config === undefined || isS3(config.artifactRoot) ? {} : { artifactRoot: uriToPath(config.artifactRoot) };
}

function artifactStore(config: LoadedConfig | undefined): ExtraCheck[] {
  if (config === undefined || !isS3(config.artifactRoot)) return [];
  return [{ id: 'artifacts', title: 'Artifact root is writable', run: () => checkStore(config) }];
}

/** Writes, lists, reads and deletes: each needs a right of its own. */
async function checkStore({ artifactRoot, artifactCache }: LoadedConfig): Promise<CheckResult> {
  return await attempt(async () => {
    const store = openStore(artifactRoot, artifactCache);
    const place = store.place('.doctor', randomUUID());
    await store.writeNote(`${place}/probe`, 'written by tfx-temporal doctor');
    const notes = await store.readNotes(place, 1);
    await store.remove(place);
    if (notes.length === 1) return { state: 'ok', found: artifactRoot };
    return { state: 'failed', found: `${artifactRoot} does not list what was written`, fix: 'Allow s3:ListBucket.' };
  });
}

const NOT_RUNNING: CheckResult = { state: 'ok', found: 'embedded, not running now; `dev`, `run` and `demo` start it' };

/** Where Temporal and lineage are now: configured, embedded and running, or neither. */
async function addresses(): Promise<{ temporalAddress: string; databaseUrl: string } | undefined> {
  const target = findTarget();
  if (target.kind === 'configured') return target;
  const status = await localStatus();
  return status.running ? status : undefined;
}

async function checkTemporal(): Promise<CheckResult> {
  const found = await addresses();
  if (found === undefined) return NOT_RUNNING;
  return await attempt(async () => {
    const client = await connect({ address: found.temporalAddress });
    await client.close();
    return { state: 'ok', found: `${client.address}, namespace ${client.namespace}` };
  });
}

async function checkMigrations(): Promise<CheckResult> {
  const found = await addresses();
  if (found === undefined) return NOT_RUNNING;
  return await attempt(async () => {
    const { state, version, expected } = await migrationStatus(found.databaseUrl);
    const summary = `migration ${version} of ${expected}`;
    if (state === 'current' || state === 'newer') return { state: 'ok', found: summary };
    return {
      state: 'failed',
      found: `${state}, ${summary}`,
      fix: 'Run `tfx-temporal migrate`, on a database of its own.',
    };
  });
}

async function attempt(check: () => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await check();
  } catch (error) {
    const fix =
      error instanceof Error && 'fix' in error ? String(error.fix) : 'Read the message; run with DEBUG=1 for more.';
    return {
      state: 'failed',
      found: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      fix,
    };
  }
}

const MARKS = { ok: pc.green('✔'), warning: pc.yellow('!'), failed: pc.red('✖') } as const;

function line({ state, title, found, fix }: DoctorCheck): string {
  const head = `${MARKS[state]} ${title.padEnd(42)} ${found}`;
  return fix === undefined || state === 'ok' ? head : `${head}\n    Fix: ${fix}`;
}
