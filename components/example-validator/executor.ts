import path from 'node:path';
import { splitFolder } from '../../artifacts/artifact.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { readSchema, SCHEMA_FILE, type SchemaProto } from '../../formats/schema.js';
import {
  allExamples,
  ANOMALIES_FILE,
  readStatistics,
  STATISTICS_FILE,
  writeAnomalies,
  type AnomaliesProto,
} from '../../formats/statistics.js';
import { implement, type ExecutorContext, type InputArtifact } from '../implement.js';
import { anomalyProperties, anomalySummary, countBySeverity } from './reasons.js';
import { ExampleValidator } from './contract.js';
import { counterpart } from './counterpart.js';
import { customAnomalies, withCustomAnomalies } from './custom-validation.js';
import { driftFacts } from './drift-facts.js';
import { validateBeyond } from './validate-beyond.js';
import { writeSampleRows } from './sample-rows.js';

/** Compares each split's statistics with the schema; anomalies are an answer, not a failure. */
export const exampleValidator = implement(ExampleValidator, async (context) => {
  const { inputs, parameters, outputs, resources } = context;
  const schema = await readSchema(path.join(inputs.schema.path, SCHEMA_FILE));
  const splits = inputs.statistics.splits.filter(({ name }) => !parameters.excludeSplits.includes(name));
  if (splits.length === 0)
    throw new PipelineError('VALIDATION_SPLITS_MISSING', { what: 'No split is left to validate.' });
  const found: Record<string, AnomaliesProto> = {};
  for (const split of splits) {
    const anomalies = await validateSplit(context, schema, split);
    found[split.name] = anomalies;
    await writeAnomalies(outputs.anomalies.file(path.join(splitFolder(split.name), ANOMALIES_FILE)), anomalies);
  }
  if (inputs.examples !== undefined && parameters.sampleRows > 0)
    await writeSampleRows(outputs.anomalies, inputs.examples, found, schema, parameters.sampleRows, resources);
  const properties = anomalyProperties(found, inputs.statistics.properties['span']);
  const drift = inputs.previousStatistics === undefined ? {} : { drift: driftFacts(found, properties) };
  return {
    summary: anomalySummary(found),
    properties: { anomalies: { ...properties, ...drift } },
    metrics: countBySeverity(found),
  };
});

async function validateSplit(
  { inputs, parameters, resources }: ExecutorContext<typeof ExampleValidator>,
  schema: SchemaProto,
  { name, path: folder }: InputArtifact['splits'][number],
): Promise<AnomaliesProto> {
  const statistics = await readStatistics(path.join(folder, STATISTICS_FILE));
  const previous = await counterpart(inputs.previousStatistics, name);
  const serving = await counterpart(inputs.servingStatistics, name);
  const { environment, severityOverrides, bounds, populationStability, customValidationConfig } = parameters;
  const anomalies = validateBeyond(allExamples(statistics), schema, {
    environment,
    severityOverrides,
    previousStatistics: previous && allExamples(previous),
    servingStatistics: serving && allExamples(serving),
    bounds,
    populationStability,
  });
  if (customValidationConfig === undefined) return anomalies;
  const options = { base: previous, environment };
  return withCustomAnomalies(anomalies, await customAnomalies(statistics, customValidationConfig, options, resources));
}
