import type { Services } from '../components/implement.js';
// Adds `modelServer` to the services.
import type {} from '../components/infra-validator/model-server-service.js';
import { launchModelServer } from '../serving/launch.js';

/** What other rooms hand to executors at run time. */
export function executorServices(): Services {
  return { modelServer: { launch: launchModelServer } };
}
