import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { PipelineError } from '../errors/pipeline-error.js';
import { traceStarts } from './trace-starts.js';

export interface ConnectOptions {
  /** `host:port`; from the environment or Temporal's configuration file when left out. */
  readonly address?: string;
  readonly namespace?: string;
}

/** A connection to Temporal, to be closed when done. */
export interface PipelineClient {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  close(): Promise<void>;
}

/**
 * Connects as Temporal's own tools do: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles and TLS by `temporal.toml`.
 * @throws PipelineError TEMPORAL_UNAVAILABLE
 */
export async function connect(options: ConnectOptions = {}): Promise<PipelineClient> {
  const configured = loadClientConnectConfig();
  const address = options.address ?? configured.connectionOptions.address ?? '127.0.0.1:7233';
  const namespace = options.namespace ?? configured.namespace ?? 'default';
  try {
    const connection = await Connection.connect({ ...configured.connectionOptions, address, connectTimeout: '10s' });
    const client = new Client({ connection, namespace, interceptors: { workflow: [traceStarts()] } });
    return { client, address, namespace, close: () => connection.close() };
  } catch (cause) {
    throw new PipelineError('TEMPORAL_UNAVAILABLE', {
      what: `No Temporal server answers at ${address}: ${cause instanceof Error ? cause.message : String(cause)}`,
      details: { address },
      cause,
    });
  }
}
