import { Context } from '@temporalio/activity';
import { closeEndedRuns, type ClosingOptions } from './close-ended-runs.js';
import { currentIdentity } from './current-execution.js';
import { guarded } from './guarded.js';
import type { CoreActivities, FinishRequest } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

/** Other runs that are looked at when one ends: enough to keep up with schedules that terminate runs. */
const LOOKED_AT = 5;

/**
 * `tfx.finish`: records a run's outcome or failure, and closes what it left open; also that of the pipeline's runs that
 * were terminated.
 */
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
    await closeOthers(runtime, { pipeline: run.pipeline, except: runId, limit: LOOKED_AT });
  });
}

async function closeOthers({ lineage }: ActivityRuntime, others: ClosingOptions): Promise<void> {
  try {
    await closeEndedRuns(Context.current().client, lineage, others);
  } catch {
    // This run's end is recorded. The next one's end, or `tfx-temporal runs`, looks again.
  }
}
