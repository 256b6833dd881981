import { currentIdentity } from './current-execution.js';
import { guarded } from './guarded.js';
import type { CoreActivities, FinishRequest } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

/** `tfx.finish`: records a run's outcome or failure, and closes what it left open. */
export function createFinish(runtime: ActivityRuntime): CoreActivities['tfx.finish'] {
  return guarded('tfx.finish', async ({ run, outcome, reasons, failure }: FinishRequest) => {
    const { namespace, workflowId, runId } = currentIdentity('');
    await runtime.lineage.finish({
      identity: { namespace, workflowId, runId },
      run,
      reasons,
      ...(outcome === undefined ? {} : { outcome }),
      ...(failure === undefined ? {} : { failure }),
    });
  });
}
