import { guardPayload } from '../components/payload-limits.js';
import { toFailure } from '../errors/to-failure.js';
import { rethrow, withHeartbeats } from './current-execution.js';

/** What every activity has in common: heartbeats, coded failures, and a result that history can carry. */
export function guarded<A, R>(name: string, activity: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  return async (argument) => {
    try {
      return guardPayload(`The result of activity ${name}`, await withHeartbeats(() => activity(argument)));
    } catch (error) {
      return await rethrow(error).catch((cause: unknown) => {
        throw toFailure(cause);
      });
    }
  };
}
