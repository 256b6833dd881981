import { CancellationScope } from '@temporalio/workflow';
import type { BeginAnswer, PartAnswer, PartState, PartTicket } from '../activities/protocol.js';
import { partActivityType } from '../components/contract.js';
import type { CallPlan } from './component-call.js';
import { activity, executorOptions } from './schedule-activity.js';

/** So many parts of one node are scheduled at once; how many run is up to the workers' slots. */
const MOST_AT_ONCE = 16;

/**
 * Runs the parts that begin planned, some at once, and gives their states in order. The first that fails for good
 * cancels the others, and they have ended when this throws.
 * @param onDone after each part, with how many are done
 */
export async function runParts(
  plan: CallPlan,
  begun: BeginAnswer,
  count: number,
  onDone: (done: number) => void,
): Promise<PartState[]> {
  const states: PartState[] = [];
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const { state } = await runPart(plan, begun, { index, count });
      states[index] = state;
      onDone(++done);
    }
  };
  const scope = new CancellationScope();
  return await scope.run(async () => {
    const lanes = Array.from({ length: Math.min(count, MOST_AT_ONCE) }, lane);
    try {
      await Promise.all(lanes);
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(lanes);
      throw error;
    }
    return states;
  });
}

function runPart(plan: CallPlan, begun: BeginAnswer, part: PartTicket['part']): Promise<PartAnswer> {
  const request: PartTicket = { ...begun.ticket, part };
  return activity<PartAnswer>(partActivityType(plan.contract.type), request, {
    ...executorOptions(plan, begun),
    activityId: `${plan.node}.part[${part.index}]`,
    summary: `part ${part.index + 1} of ${part.count}`,
  });
}
