import { evaluator } from '../components/evaluator/executor.js';
import { toActivity } from './to-activity.js';

export const EvaluatorActivity = toActivity(evaluator);
