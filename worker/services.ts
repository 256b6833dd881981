import type { Services } from '../components/implement.js';

/** What other rooms hand to executors at run time. */
export function executorServices(): Services {
  return {};
}
