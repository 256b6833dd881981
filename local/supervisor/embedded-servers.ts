import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnLocalEvent } from '../events.js';
import { freePort } from '../servers/ports.js';
import { POSTGRES_PORT, startPostgres, type RunningPostgres } from '../servers/postgres.js';
import type { RunningServer } from '../servers/running-server.js';
import { startTemporal, TEMPORAL_NAMESPACE, TEMPORAL_PORT, TEMPORAL_UI_PORT } from '../servers/temporal.js';
import type { StatePaths } from '../state.js';
import type { LocalAddresses } from './protocol.js';

type Ports = Readonly<Record<'postgres' | 'port' | 'uiPort' | 'httpPort' | 'metricsPort', number>>;

/** Where the search for free ports begins; the last run's ports come before these. */
const PREFERRED: Ports = {
  postgres: POSTGRES_PORT,
  port: TEMPORAL_PORT,
  uiPort: TEMPORAL_UI_PORT,
  httpPort: TEMPORAL_UI_PORT + 20,
  metricsPort: TEMPORAL_UI_PORT + 40,
};

/** A port can be taken by another between the look and the start. */
const START_ATTEMPTS = 4;
const RESTART_ATTEMPTS = 5;

export interface EmbeddedServersOptions {
  readonly paths: StatePaths;
  readonly env: NodeJS.ProcessEnv;
  readonly fast: boolean;
  readonly onEvent: OnLocalEvent;
  /** A server died and could not be brought back. */
  readonly onLost: (error: unknown) => void;
}

/** Postgres and Temporal, started side by side and started again, on their ports, when they die. */
export class EmbeddedServers {
  readonly #options: EmbeddedServersOptions;
  #postgres: RunningPostgres | undefined;
  #temporal: RunningServer | undefined;
  #stopping = false;

  constructor(options: EmbeddedServersOptions) {
    this.#options = options;
  }

  get postgresPid(): number | undefined {
    return this.#postgres?.child.pid;
  }

  get temporalPid(): number | undefined {
    return this.#temporal?.child.pid;
  }

  /** @throws PipelineError LOCAL_SERVER_FAILED */
  async start(): Promise<LocalAddresses> {
    for (let attempt = 1; ; attempt += 1) {
      const ports = await this.#choosePorts();
      const started = await Promise.allSettled([this.#startPostgres(ports), this.#startTemporal(ports)]);
      const failure = started.find((result) => result.status === 'rejected');
      if (failure === undefined) return this.#addresses(ports);
      await this.#stopBoth();
      if (attempt === START_ATTEMPTS || this.#stopping) throw failure.reason;
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#stopBoth();
  }

  async #stopBoth(): Promise<void> {
    const stops = [this.#postgres, this.#temporal].flatMap((server) => (server === undefined ? [] : [server.stop()]));
    this.#postgres = undefined;
    this.#temporal = undefined;
    await Promise.all(stops);
  }

  async #startPostgres(ports: Ports): Promise<void> {
    const { paths, env, fast } = this.#options;
    const server = await startPostgres(paths, { port: ports.postgres, env, fast });
    this.#postgres = server;
    this.#watch('postgres', server, () => this.#startPostgres(ports));
  }

  async #startTemporal(ports: Ports): Promise<void> {
    const server = await startTemporal(this.#options.paths, ports, this.#options.env);
    this.#temporal = server;
    this.#watch('temporal', server, () => this.#startTemporal(ports));
  }

  #watch(name: 'postgres' | 'temporal', server: RunningServer, restart: () => Promise<void>): void {
    const { pid } = server.child;
    this.#options.onEvent({ type: 'server', server: name, state: 'ready', ...(pid === undefined ? {} : { pid }) });
    server.child.once('exit', () => {
      const current = name === 'postgres' ? this.#postgres : this.#temporal;
      if (!this.#stopping && current === server) void this.#bringBack(name, restart);
    });
  }

  async #bringBack(name: 'postgres' | 'temporal', restart: () => Promise<void>): Promise<void> {
    this.#options.onEvent({ type: 'server', server: name, state: 'exited' });
    for (let attempt = 1; !this.#stopping; attempt += 1) {
      this.#options.onEvent({ type: 'server', server: name, state: 'restarting' });
      try {
        await restart();
        return;
      } catch (error) {
        if (attempt === RESTART_ATTEMPTS) {
          this.#options.onLost(error);
          return;
        }
        await sleep(500 * attempt);
      }
    }
  }

  async #choosePorts(): Promise<Ports> {
    const file = join(this.#options.paths.state, 'ports.json');
    const last = existsSync(file) ? readPorts(file) : {};
    const taken = new Set<number>();
    const chosen: Record<string, number> = {};
    for (const [name, preferred] of Object.entries({ ...PREFERRED, ...last })) {
      const port = await freePort(preferred, taken);
      taken.add(port);
      chosen[name] = port;
    }
    writeFileSync(file, `${JSON.stringify(chosen)}\n`);
    return chosen as Ports;
  }

  #addresses(ports: Ports): LocalAddresses {
    const { paths } = this.#options;
    return {
      temporalAddress: `127.0.0.1:${String(ports.port)}`,
      temporalNamespace: TEMPORAL_NAMESPACE,
      temporalUiUrl: `http://127.0.0.1:${String(ports.uiPort)}`,
      databaseUrl: this.#postgres?.databaseUrl ?? '',
      artifactRoot: paths.artifacts,
      statePath: paths.state,
      logsPath: paths.logs,
    };
  }
}

function readPorts(file: string): Partial<Ports> {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>);
    return Object.fromEntries(entries.filter(([name, port]) => name in PREFERRED && Number.isInteger(port)));
  } catch {
    return {};
  }
}
