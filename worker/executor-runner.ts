import type {
  ExecutorJob,
  ExecutorJobEvents,
  ExecutorJobResult,
  ExecutorRunner,
} from '../activities/executor-runner.js';
import type { ComponentRegistry } from '../activities/runtime.js';
import { importBundle } from './bundle-user-code.js';
import type { BundledModules } from './module-registry.js';
import { runExecutor } from './run-executor.js';
import { executorServices } from './services.js';
import type { ThreadRunner } from './threads/thread-runner.js';

/** Heavy executors run in threads of their own; light ones, which only wait or compute for moments, right here. */
export function executorRunner(
  components: ComponentRegistry,
  modules: BundledModules,
  threads: ThreadRunner,
): ExecutorRunner {
  return {
    async run(job: ExecutorJob, events: ExecutorJobEvents): Promise<ExecutorJobResult> {
      const implementation = await components.find(job.component);
      if (implementation.contract.execution.weight === 'heavy') return await threads.run(job, events);
      return await runExecutor(implementation, job, {
        onProgress: (report) => events.onProgress(report),
        onCheckpoint: (detail) => events.onCheckpoint(detail),
        signal: events.signal,
        loadModule: async (name) => {
          const bundle = await modules.bundle(name);
          return { exports: await importBundle(bundle, `Module '${name}'`), digest: bundle.digest };
        },
        services: executorServices(),
      });
    },
  };
}
