import { distributionValidator } from '../components/distribution-validator/executor.js';
import { toActivity } from './to-activity.js';

export const DistributionValidatorActivity = toActivity(distributionValidator);
