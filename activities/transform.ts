import { transform } from '../components/transform/executor.js';
import { toActivity } from './to-activity.js';

export const TransformActivity = toActivity(transform);
