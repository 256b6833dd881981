import path from 'node:path';
import { readStatistics, STATISTICS_FILE, type StatisticsProto } from '../../formats/statistics.js';
import type { InputArtifact } from '../implement.js';

/** The statistics of a split that another artifact holds: of the same split, else of its only one. */
export async function counterpart(
  artifact: InputArtifact | undefined,
  split: string,
): Promise<StatisticsProto | undefined> {
  const splits = artifact?.splits ?? [];
  const same = splits.find(({ name }) => name === split) ?? (splits.length === 1 ? splits[0] : undefined);
  return same && (await readStatistics(path.join(same.path, STATISTICS_FILE)));
}
