import path from 'node:path';
import { readSchema, SCHEMA_FILE, writeSchema, type SchemaProto } from '../../formats/schema.js';
import { implement, type InputArtifact } from '../implement.js';
import { changeProperties } from '../schema-gen/change-properties.js';
import { mergeSchemas, refuseConflicts } from '../schema-gen/merge-schemas.js';
import { MergeSchemas } from './contract.js';

export const mergeSchemasExecutor = implement(MergeSchemas, async ({ inputs, parameters, outputs }) => {
  const curated = await schemaOf(inputs.curated);
  const { schema, conflicts } = mergeSchemas(await schemaOf(inputs.base), curated, await schemaOf(inputs.inferred));
  if (parameters.onConflict === 'fail') refuseConflicts(conflicts);
  await writeSchema(outputs.schema.file(SCHEMA_FILE), schema);
  const { changes, ...properties } = changeProperties(curated, schema);
  const words = `${changes} ${changes === 1 ? 'rule' : 'rules'} changed, ${conflicts.length} stay as curated`;
  return { summary: words, properties: { schema: properties } };
});

const schemaOf = async (artifact: InputArtifact | undefined): Promise<SchemaProto> =>
  artifact === undefined ? {} : await readSchema(path.join(artifact.path, SCHEMA_FILE));
