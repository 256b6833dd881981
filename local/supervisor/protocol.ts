import type { ErrorCode } from '../../errors/catalog/index.js';
import type { PipelineErrorFacts } from '../../errors/pipeline-error.js';
import type { LocalEvent } from '../events.js';

/** The project's worker: a command that the supervisor keeps running while anybody is connected. */
export interface WorkerSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /**
   * Laid over the supervisor's environment. The supervisor itself adds TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
   * DATABASE_URL, TFX_TEMPORAL_ARTIFACT_ROOT and TFX_TEMPORAL_STATE.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes when the worker's code or configuration does: a running worker with another digest is restarted. */
  readonly digest: string;
}

export interface LocalAddresses {
  /** `127.0.0.1:7233` or the next free port. */
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUiUrl: string;
  /** With its password: never to be printed. */
  readonly databaseUrl: string;
  readonly artifactRoot: string;
  readonly statePath: string;
  readonly logsPath: string;
}

export interface SupervisorStatus extends LocalAddresses {
  readonly supervisorPid: number;
  readonly postgresPid: number | undefined;
  readonly temporalPid: number | undefined;
  readonly workerPid: number | undefined;
  readonly workerReady: boolean;
  /** Process ids of the connected commands. */
  readonly clients: readonly number[];
}

/** Command to supervisor, one JSON object per line. Only `attach` keeps the servers up. */
export type ClientMessage =
  | { readonly type: 'attach'; readonly pid: number; readonly worker?: WorkerSpec }
  | { readonly type: 'worker'; readonly worker: WorkerSpec }
  | { readonly type: 'status' }
  | { readonly type: 'stop' };

export interface WireError extends Pick<PipelineErrorFacts, 'what' | 'why' | 'fix' | 'details'> {
  readonly code: ErrorCode;
}

export type SupervisorMessage =
  | { readonly type: 'event'; readonly event: LocalEvent }
  | { readonly type: 'ready'; readonly addresses: LocalAddresses }
  | { readonly type: 'stopping' }
  | { readonly type: 'failed'; readonly error: WireError }
  | { readonly type: 'status'; readonly status: SupervisorStatus | undefined };
