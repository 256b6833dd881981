import { queryExampleGen } from '../components/example-gen/query-executor.js';
import { toActivity } from './to-activity.js';

export const QueryExampleGenActivity = toActivity(queryExampleGen);
