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
} from '../../formats/statistics.js';
import { implement } from '../implement.js';
import { anomalyProperties, anomalySummary, countBySeverity } from './reasons.js';
import { ExampleValidator } from './contract.js';
import { counterpart } from './counterpart.js';
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
  return {
    summary: anomalySummary(found),
    properties: {
      anomalies: {
        ...anomalyProperties(found, inputs.statistics.properties['span']),
        ...(inputs.previousStatistics !== undefined && { drift: driftFacts(found) }),
      },
    },
    metrics: countBySeverity(found),
  };
});
