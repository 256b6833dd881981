export { acceptAnomalies, acceptAnomaly, type SplitAnomalies } from './accept-anomaly.js';
export { diffSchemas, type SchemaChange } from './diff-schemas.js';
export { editSchema, type FeatureEditor, type SchemaEditor } from './edit-schema.js';
export { inferSchema, updateSchema, type InferSchemaOptions } from './infer-schema.js';
export { mergeSchemas, refuseConflicts, type MergeConflict, type SchemaMerge } from './merge-schemas.js';
