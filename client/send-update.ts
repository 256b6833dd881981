import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';

/**
 * Sends an update to a workflow that may continue as new at that moment: the server then gives updates up that it had
 * taken in. They are sent again under the same id, which the workflow must know from life to life.
 * @throws what Temporal's client throws, also when the workflow has ended
 */
export async function sendUpdate<T>(
  handle: WorkflowHandle,
  update: string,
  argument: unknown,
  updateId: string = randomUUID(),
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await handle.executeUpdate<T, [unknown]>(update, { args: [argument], updateId });
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !(await isGivenUp(error, handle))) throw error;
      await sleep(Math.min(50 * 2 ** attempt, 2000));
    }
  }
}

const MOST_ATTEMPTS = 10;

/** gRPC's statuses. */
const FAILED_PRECONDITION = 9;
const ABORTED = 10;

async function isGivenUp(error: unknown, handle: WorkflowHandle): Promise<boolean> {
  // The life that it was sent to has ended: there may be a next one.
  if (error instanceof WorkflowNotFoundError) {
    const { status } = await handle.describe().catch(() => ({ status: undefined }));
    return status?.name === 'RUNNING';
  }
  if (!(error instanceof ServiceError)) return false;
  const { code, details = '' } = (error.cause ?? {}) as { readonly code?: number; readonly details?: string };
  return code === ABORTED || (code === FAILED_PRECONDITION && details.includes('workflow task failure'));
}
