import pc from 'picocolors';
import type { PipelineClient } from '../client/index.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { migrate, migrationStatus, openLineage, type Lineage } from '../lineage/index.js';
import { connectLocal, type LocalServers, type OnLocalEvent } from '../local/index.js';
import { loadConfig, type LoadedConfig } from '../worker/load-config.js';
import { startSpanExport } from '../worker/tracing/export-spans.js';
import { say } from './console.js';
import { showLocalEvent } from './local-events.js';
import { findTarget, type Target } from './target.js';
import { workerSpec } from './worker-spec.js';

/** The servers of one command, and what it does with them. */
export interface Session {
  readonly target: Target['kind'];
  readonly config: LoadedConfig;
  readonly temporalAddress: string;
  /** Of the embedded server's UI. */
  readonly uiUrl: string | undefined;
  readonly databaseUrl: string;
  /** Set for embedded servers. */
  readonly local: LocalServers | undefined;
  /** Aborted when the embedded servers give the project's worker up: no run goes on until its code has changed. */
  readonly workerFailed: AbortSignal;
  temporal(): Promise<PipelineClient>;
  lineage(): Lineage;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Embedded servers whatever the environment says. */
  readonly embedded?: boolean;
  /** Keep the project's worker running on embedded servers. */
  readonly worker?: boolean;
}

/** Finds or starts the servers that this command shall use, and says which. */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
  const config = await loadConfig();
  const target: Target = options.embedded === true ? { kind: 'embedded' } : findTarget();
  return target.kind === 'embedded'
    ? await openEmbedded(config, options.worker === true)
    : await openConfigured(config, target);
}

async function openEmbedded(config: LoadedConfig, withWorker: boolean): Promise<Session> {
  if (process.env['DATABASE_URL'] !== undefined) {
    say(pc.dim('DATABASE_URL is ignored: embedded servers are used (set TEMPORAL_ADDRESS, too, to use your own).'));
  }
  const { signal, onEvent } = watchWorker();
  const local = await connectLocal({ onEvent });
  try {
    await migrate(local.databaseUrl);
    if (withWorker) local.ensureWorker(await workerSpec(config));
    const facts = {
      temporalAddress: local.temporalAddress,
      databaseUrl: local.databaseUrl,
      uiUrl: local.temporalUiUrl,
    };
    return session('embedded', config, facts, { local, workerFailed: signal });
  } catch (error) {
    await local.release();
    throw error;
  }
}

/** Shows events. A failure that was told to us before a worker started was that of an earlier worker. */
function watchWorker(): { signal: AbortSignal; onEvent: OnLocalEvent } {
  const failed = new AbortController();
  let isStarted = false;
  const onEvent: OnLocalEvent = (event) => {
    showLocalEvent(event);
    if (event.type !== 'worker') return;
    if (event.state === 'starting') isStarted = true;
    if (event.state === 'failed' && isStarted) failed.abort();
  };
  return { signal: failed.signal, onEvent };
}

async function openConfigured(config: LoadedConfig, target: Extract<Target, { kind: 'configured' }>): Promise<Session> {
  say(pc.dim(`Temporal at ${target.temporalAddress}, lineage at ${new URL(target.databaseUrl).host}`));
  const status = await migrationStatus(target.databaseUrl);
  if (status.state === 'empty' || status.state === 'pending') {
    throw new PipelineError('DATABASE_NOT_MIGRATED', {
      what: `The lineage database is at migration ${status.version} of ${status.expected}.`,
    });
  }
  return session('configured', config, { ...target, uiUrl: undefined }, NO_SERVERS_OF_OURS);
}

/** The client's library is large, so it is loaded last: while the worker starts. */
async function connectTemporal(address: string): Promise<PipelineClient> {
  const [{ connect }, spans] = await Promise.all([import('../client/index.js'), startSpanExport(say)]);
  const connected = await connect({ address });
  const close = async (): Promise<void> => {
    await connected.close();
    await spans?.close();
  };
  return { ...connected, close };
}

interface Facts {
  readonly temporalAddress: string;
  readonly databaseUrl: string;
  readonly uiUrl: string | undefined;
}

type Servers = Pick<Session, 'local' | 'workerFailed'>;

const NO_SERVERS_OF_OURS: Servers = { local: undefined, workerFailed: new AbortController().signal };

function session(target: Target['kind'], config: LoadedConfig, facts: Facts, servers: Servers): Session {
  let client: Promise<PipelineClient> | undefined;
  let lineage: Lineage | undefined;
  return {
    target,
    config,
    ...facts,
    ...servers,
    temporal: () => (client ??= connectTemporal(facts.temporalAddress)),
    lineage: () => (lineage ??= openLineage(facts.databaseUrl)),
    close: async () => {
      await lineage?.close();
      await (await client)?.close();
      await servers.local?.release();
    },
  };
}

/** Opens a session for as long as `use` runs. */
export async function withSession<T>(options: SessionOptions, use: (session: Session) => Promise<T>): Promise<T> {
  const opened = await openSession(options);
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}
