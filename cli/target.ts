import { loadClientConnectConfig } from '@temporalio/envconfig';
import { PipelineError } from '../errors/pipeline-error.js';

/** Which servers a command talks to. */
export type Target =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'configured';
      readonly temporalAddress: string;
      readonly temporalNamespace: string;
      readonly databaseUrl: string;
    };

/**
 * The configured servers when both are named, by `DATABASE_URL` and by Temporal's own settings (`TEMPORAL_ADDRESS`, a
 * profile); the embedded ones when neither is. A database alone is not taken: a stray `DATABASE_URL` must not receive
 * our tables.
 * @throws PipelineError TARGET_INCOMPLETE when Temporal is configured and the database is not
 */
export function findTarget(environment: NodeJS.ProcessEnv = process.env): Target {
  const databaseUrl = environment['DATABASE_URL'];
  const temporal = loadClientConnectConfig({ overrideEnvVars: definedOnly(environment) });
  const temporalAddress = temporal.connectionOptions.address;
  if (temporalAddress === undefined) return { kind: 'embedded' };
  if (databaseUrl === undefined || databaseUrl === '') {
    throw new PipelineError('TARGET_INCOMPLETE', {
      what: `Temporal is configured (${temporalAddress}), but DATABASE_URL is not set.`,
    });
  }
  return { kind: 'configured', temporalAddress, temporalNamespace: temporal.namespace ?? 'default', databaseUrl };
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
