import { statisticsGen } from '../components/statistics-gen/executor.js';
import { toActivity } from './to-activity.js';

export const StatisticsGenActivity = toActivity(statisticsGen);
