import type { ProgressReport } from '../components/implement.js';

/** What is less is over before anybody could read it. */
const WORTH_SAYING_BYTES = 8 * 2 ** 20;

/** Counts the bytes of several transfers together: each gets a counter of its own, which is told its bytes so far. */
export function byteProgress(phase: string, report: (report: ProgressReport) => void): () => (bytes: number) => void {
  const transfers: number[] = [];
  return () => {
    const mine = transfers.push(0) - 1;
    return (bytes) => {
      transfers[mine] = bytes;
      const done = transfers.reduce((sum, one) => sum + one, 0);
      if (done >= WORTH_SAYING_BYTES) report({ phase, done, unit: 'bytes' });
    };
  };
}
