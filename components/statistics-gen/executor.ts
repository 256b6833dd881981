import { openExamples } from '../../formats/examples.js';
import { implementInParts } from '../parts.js';
import { computeStatistics } from './compute-statistics.js';
import { StatisticsGen } from './contract.js';
import { statisticsInParts } from './in-parts.js';
import { describedSplits, inputSchema, resultOf, splitOptions, splitResources, writeSplit } from './splits.js';

/** Describes each split in turn; rows are never held, only counts of values. */
export const statisticsGen = implementInParts(StatisticsGen, {
  parts: statisticsInParts,
  executor: async (context) => {
    const schema = await inputSchema(context);
    const splits = describedSplits(context);
    let rows = 0;
    for (const split of splits) {
      const resources = await splitResources(context, split);
      const { parquet } = await openExamples(split.path, { ...resources, emptyFeatures: 'kept' });
      rows += await writeSplit(
        context,
        split,
        await computeStatistics({ parquet }, splitOptions(context, split, schema), resources),
      );
    }
    return resultOf(context, splits, rows);
  },
});
