export { customAnomalies, withCustomAnomalies, type CustomValidationOptions } from './custom-validation.js';
export type { CustomValidationConfig } from './custom-validation-config.js';
export { parseCustomValidation } from './parse-custom-validation.js';
export { populationStability } from './population-stability.js';
export { blessings, countBySeverity, worstReasons, type AnomaliesBySplit } from './reasons.js';
export { sampleRows, type SampleRow } from './sample-rows.js';
export { validateBeyond, type BeyondOptions } from './validate-beyond.js';
export { validateStatistics, type ValidationOptions } from './validate-statistics.js';
