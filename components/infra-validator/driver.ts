import type { Driver } from '../implement.js';
import type { InfraValidator } from './contract.js';

/** How many blessings are looked back over. */
const BLESSINGS = 100;

/**
 * A model that could not be served is tried again, because what hindered it may have been the machine: the newest
 * refusal enters the fingerprint, so that only what was answered after it is reused.
 */
export const infraValidatorDriver: Driver<typeof InfraValidator> = async ({ inputs, lineage, pipeline }) => {
  const model = inputs.model[0]?.id;
  const refusal = (await lineage.artifacts(pipeline, 'InfraBlessing', BLESSINGS)).find(
    ({ properties }) => properties['current_model_id'] === model && properties['verdict'] === 'INFRA_NOT_BLESSED',
  );
  return refusal === undefined ? {} : { fingerprint: { refusal: String(refusal.id) } };
};
