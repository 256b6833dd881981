import path from 'node:path';
import {
  allExamples,
  ANOMALIES_FILE,
  readStatistics,
  STATISTICS_FILE,
  writeAnomalies,
  type AnomaliesProto,
  type StatisticsProto,
} from '../../formats/statistics.js';
import { customAnomalies } from '../example-validator/custom-validation.js';
import { anomalyProperties, anomalySummary, countBySeverity } from '../example-validator/reasons.js';
import { implement, type ExecutorContext, type ExecutorResult, type InputArtifact } from '../implement.js';
import { splitPairFolder, splitPairs, type SplitPair } from '../split-pairs.js';
import { DistributionValidator } from './contract.js';
import { validateDistributions } from './validate-distributions.js';

/** Compares each pair of splits; anomalies are an answer, not a failure. */
export const distributionValidator = implement(DistributionValidator, async (context) => {
  const { inputs, parameters, outputs } = context;
  const { statistics, baselineStatistics } = inputs;
  if (baselineStatistics === undefined) return nothingToCompare(statistics);
  const pairs = splitPairs(statistics, baselineStatistics, parameters.includeSplitPairs, 'equal names');
  const found: Record<string, AnomaliesProto> = {};
  for (const pair of pairs) {
    const anomalies = await validatePair(context, pair);
    found[pair.name] = anomalies;
    await writeAnomalies(outputs.anomalies.file(path.join(splitPairFolder(pair.name), ANOMALIES_FILE)), anomalies);
  }
  return {
    summary: anomalySummary(found),
    properties: { anomalies: anomalyProperties(found, statistics.properties['span']) },
    metrics: countBySeverity(found),
  };
});

async function validatePair(
  { parameters, resources }: ExecutorContext<typeof DistributionValidator>,
  pair: SplitPair,
): Promise<AnomaliesProto> {
  const [test, base] = [await statisticsOf(pair.test), await statisticsOf(pair.base)];
  const { config, customValidationConfig } = parameters;
  const custom = customValidationConfig && (await customAnomalies(test, customValidationConfig, { base }, resources));
  return validateDistributions(allExamples(test), allExamples(base), config, custom);
}

async function statisticsOf(split: InputArtifact['splits'][number]): Promise<StatisticsProto> {
  return await readStatistics(path.join(split.path, STATISTICS_FILE));
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
