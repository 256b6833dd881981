import { trainer } from '../components/trainer/executor.js';
import { toActivity } from './to-activity.js';

export const TrainerActivity = toActivity(trainer);
