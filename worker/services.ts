import type { Services } from '../components/implement.js';
// Adds `querySources` to the services.
import type { QuerySource } from '../components/example-gen/query-sources.js';
// Adds `modelServer` to the services.
import type {} from '../components/infra-validator/model-server-service.js';
import { launchModelServer } from '../serving/launch.js';
import { QUERY_POSTGRES_URL } from './query-postgres-url.js';

/** What other rooms hand to executors at run time. */
export function executorServices(): Services {
  return { modelServer: { launch: launchModelServer }, querySources: querySources() };
}

/** The Postgres of the environment, loaded when it is first asked. */
function querySources(): Readonly<Record<string, QuerySource>> {
  const url = process.env[QUERY_POSTGRES_URL];
  if (url === undefined || url === '') return {};
  const query: QuerySource['query'] = async (sql, signal) => {
    const { postgresQuerySource } = await import('./postgres-query-source.js');
    return await postgresQuerySource(url).query(sql, signal);
  };
  return { postgres: { query } };
}
