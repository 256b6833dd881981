import { activityInfo, Context } from '@temporalio/activity';
import { driveFiles } from '../components/example-gen/driver.js';
import { isPipelineError } from '../errors/pipeline-error.js';
import { guarded } from './guarded.js';
import type { ServiceActivities } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

/** `tfx.look`: what an ExampleGen would take in now. Data that is not there is an answer, not a failure. */
export function createLook(runtime: ActivityRuntime): ServiceActivities['tfx.look'] {
  return guarded('tfx.look', async ({ input }) => {
    try {
      const { parameters } = await driveFiles({
        parameters: { input },
        nominalTime: new Date(activityInfo().scheduledTimestampMs).toISOString(),
        ...(runtime.inputRoots === undefined ? {} : { inputRoots: runtime.inputRoots }),
        signal: Context.current().cancellationSignal,
      });
      const { resolvedSpan: span, inputFingerprint: fingerprint } = parameters;
      return { ...(span === undefined ? {} : { span }), fingerprint };
    } catch (error) {
      if (isPipelineError(error) && (error.code === 'INPUT_NOT_FOUND' || error.code === 'SPAN_NOT_FOUND')) return {};
      throw error;
    }
  });
}
