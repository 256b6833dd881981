import path from 'node:path';
import {
  allExamples,
  ANOMALIES_FILE,
  readStatistics,
  STATISTICS_FILE,
  writeAnomalies,
  type AnomaliesProto,
  type DatasetStatisticsProto,
} from '../../formats/statistics.js';
import { anomalyProperties, anomalySummary, countBySeverity } from '../example-validator/reasons.js';
import { implement, type ExecutorResult, type InputArtifact } from '../implement.js';
import { splitPairFolder, splitPairs } from '../split-pairs.js';
import { DistributionValidator } from './contract.js';
import { validateDistributions } from './validate-distributions.js';

/** Compares each pair of splits; anomalies are an answer, not a failure. */
export const distributionValidator = implement(DistributionValidator, async ({ inputs, parameters, outputs }) => {
  const { statistics, baselineStatistics } = inputs;
  if (baselineStatistics === undefined) return nothingToCompare(statistics);
  const pairs = splitPairs(statistics, baselineStatistics, parameters.includeSplitPairs, 'equal names');
  const found: Record<string, AnomaliesProto> = {};
  for (const { name, test, base } of pairs) {
    const anomalies = validateDistributions(await statisticsOf(test), await statisticsOf(base), parameters.config);
    found[name] = anomalies;
    await writeAnomalies(outputs.anomalies.file(path.join(splitPairFolder(name), ANOMALIES_FILE)), anomalies);
  }
  return {
    summary: anomalySummary(found),
    properties: { anomalies: anomalyProperties(found, statistics.properties['span']) },
    metrics: countBySeverity(found),
  };
});

async function statisticsOf(split: InputArtifact['splits'][number]): Promise<DatasetStatisticsProto> {
  return allExamples(await readStatistics(path.join(split.path, STATISTICS_FILE)));
}

/** TFX's mark of a split that had nothing to be compared with. */
const NO_BASELINE_STATS = 2;

function nothingToCompare({ splits }: InputArtifact): ExecutorResult<typeof DistributionValidator> {
  const blessed = Object.fromEntries(splits.map(({ name }) => [name, NO_BASELINE_STATS]));
  return {
    summary: 'no baseline to compare with',
    properties: { anomalies: { ...anomalyProperties({}, undefined), blessed: JSON.stringify(blessed) } },
    metrics: { errors: 0, warnings: 0 },
  };
}
