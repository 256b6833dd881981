import { exampleValidator } from '../components/example-validator/executor.js';
import { toActivity } from './to-activity.js';

export const ExampleValidatorActivity = toActivity(exampleValidator);
