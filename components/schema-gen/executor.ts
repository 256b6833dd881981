import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { SCHEMA_FILE, writeSchema, type SchemaProto } from '../../formats/schema.js';
import { allExamples, readStatistics, STATISTICS_FILE } from '../../formats/statistics.js';
import { implement } from '../implement.js';
import { SchemaGen } from './contract.js';
import { inferSchema, updateSchema } from './infer-schema.js';

/** Infers a schema from the first split, then widens it until every other split fits. */
export const schemaGen = implement(SchemaGen, async ({ inputs, parameters, outputs }) => {
  const splits = inputs.statistics.splits.filter(({ name }) => !parameters.excludeSplits.includes(name));
  let schema: SchemaProto | undefined;
  for (const split of splits) {
    const statistics = allExamples(await readStatistics(path.join(split.path, STATISTICS_FILE)));
    schema = schema === undefined ? inferSchema(statistics, parameters) : updateSchema(schema, statistics, parameters);
  }
  if (schema === undefined)
    throw new PipelineError('STATISTICS_SPLITS_MISSING', { what: 'There are no statistics to infer a schema from.' });
  await writeSchema(outputs.schema.file(SCHEMA_FILE), schema);
  const features = schema.feature?.length ?? 0;
  return {
    summary: `${features} ${features === 1 ? 'feature' : 'features'}`,
    properties: { schema: { features } },
    metrics: { features },
  };
});
