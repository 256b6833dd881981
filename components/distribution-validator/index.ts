export type { DistributionValidatorConfig } from './contract.js';
export { validateDistributions } from './validate-distributions.js';
