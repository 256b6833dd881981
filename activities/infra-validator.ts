import { infraValidator } from '../components/infra-validator/executor.js';
import { toActivity } from './to-activity.js';

export const InfraValidatorActivity = toActivity(infraValidator);
