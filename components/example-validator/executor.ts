import path from 'node:path';
import { splitFolder } from '../../artifacts/artifact.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { readSchema, SCHEMA_FILE } from '../../formats/schema.js';
import {
  allExamples,
  ANOMALIES_FILE,
  readStatistics,
  STATISTICS_FILE,
  writeAnomalies,
  type AnomaliesProto,
  type DatasetStatisticsProto,
} from '../../formats/statistics.js';
import { implement, type InputArtifact } from '../implement.js';
import { blessings, countBySeverity, referenceCounts, referenceReasons } from './reasons.js';
import { ExampleValidator } from './contract.js';
import { driftFacts } from './drift-facts.js';
import { validateBeyond } from './validate-beyond.js';
import { writeSampleRows } from './sample-rows.js';

/** Compares each split's statistics with the schema; anomalies are an answer, not a failure. */
export const exampleValidator = implement(ExampleValidator, async ({ inputs, parameters, outputs, resources }) => {
  const schema = await readSchema(path.join(inputs.schema.path, SCHEMA_FILE));
  const splits = inputs.statistics.splits.filter(({ name }) => !parameters.excludeSplits.includes(name));
  if (splits.length === 0)
    throw new PipelineError('VALIDATION_SPLITS_MISSING', { what: 'No split is left to validate.' });
  const found: Record<string, AnomaliesProto> = {};
  for (const { name, path: folder } of splits) {
    const statistics = allExamples(await readStatistics(path.join(folder, STATISTICS_FILE)));
    const anomalies = validateBeyond(statistics, schema, {
      environment: parameters.environment,
      severityOverrides: parameters.severityOverrides,
      previousStatistics: await counterpart(inputs.previousStatistics, name),
      servingStatistics: await counterpart(inputs.servingStatistics, name),
      bounds: parameters.bounds,
      populationStability: parameters.populationStability,
    });
    found[name] = anomalies;
    await writeAnomalies(outputs.anomalies.file(path.join(splitFolder(name), ANOMALIES_FILE)), anomalies);
  }
  if (inputs.examples !== undefined && parameters.sampleRows > 0)
    await writeSampleRows(outputs.anomalies, inputs.examples, found, schema, parameters.sampleRows, resources);
  const { errors, warnings } = countBySeverity(found);
  const counts = referenceCounts(found);
  const { span } = inputs.statistics.properties;
  return {
    summary: errors + warnings === 0 ? 'no anomalies' : `${count(errors, 'error')}, ${count(warnings, 'warning')}`,
    properties: {
      anomalies: {
        errors,
        warnings,
        reasons: referenceReasons(found),
        ...(inputs.previousStatistics !== undefined && { drift: driftFacts(found) }),
        ...(counts !== undefined && { found: counts }),
        blessed: JSON.stringify(blessings(found)),
        split_names: JSON.stringify(Object.keys(found)),
        ...(span !== undefined && { span }),
      },
    },
    metrics: { errors, warnings },
  };
});

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** The other artifact's statistics of the same split, else of its only split. */
async function counterpart(
  artifact: InputArtifact | undefined,
  split: string,
): Promise<DatasetStatisticsProto | undefined> {
  const splits = artifact?.splits ?? [];
  const same = splits.find(({ name }) => name === split) ?? (splits.length === 1 ? splits[0] : undefined);
  return same && allExamples(await readStatistics(path.join(same.path, STATISTICS_FILE)));
}
