import path from 'node:path';
import { splitFolder } from '../../artifacts/artifact.js';
import { readSchema, SCHEMA_FILE, writeSchema } from '../../formats/schema.js';
import {
  allExamples,
  ANOMALIES_FILE,
  readAnomalies,
  readStatistics,
  STATISTICS_FILE,
} from '../../formats/statistics.js';
import { counterpart } from '../example-validator/counterpart.js';
import type { ValidationOptions } from '../example-validator/validate-statistics.js';
import { implement, type ExecutorContext } from '../implement.js';
import { acceptAnomalies, type SplitAnomalies } from '../schema-gen/accept-anomaly.js';
import { changeProperties } from '../schema-gen/change-properties.js';
import { CurateSchema } from './contract.js';

/** Accepts the chosen features' anomalies, split by split: what one split widened, the next one widens further. */
export const curateSchema = implement(CurateSchema, async ({ inputs, parameters, outputs }) => {
  const schema = await readSchema(path.join(inputs.schema.path, SCHEMA_FILE));
  const splits: SplitAnomalies[] = [];
  for (const { name, path: folder } of inputs.anomalies.splits) {
    const { anomalyInfo = {} } = await readAnomalies(path.join(folder, ANOMALIES_FILE));
    const statistics = path.join(inputs.statistics.path, splitFolder(name), STATISTICS_FILE);
    splits.push({
      found: Object.keys(anomalyInfo),
      statistics: allExamples(await readStatistics(statistics)),
      options: await validationOptions(inputs, parameters.environment, name),
    });
  }
  const curated = acceptAnomalies(schema, splits, parameters.accept);
  await writeSchema(outputs.schema.file(SCHEMA_FILE), curated);
  const { changes, ...properties } = changeProperties(schema, curated);
  return { summary: `${changes} ${changes === 1 ? 'rule' : 'rules'} changed`, properties: { schema: properties } };
});

async function validationOptions(
  { previousStatistics, servingStatistics }: ExecutorContext<typeof CurateSchema>['inputs'],
  environment: string | undefined,
  split: string,
): Promise<ValidationOptions> {
  const [previous, serving] = [
    await counterpart(previousStatistics, split),
    await counterpart(servingStatistics, split),
  ];
  return {
    environment,
    previousStatistics: previous && allExamples(previous),
    servingStatistics: serving && allExamples(serving),
  };
}
