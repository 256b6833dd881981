import { mergeSchemasExecutor } from '../components/merge-schemas/executor.js';
import { toActivity } from './to-activity.js';

export const MergeSchemasActivity = toActivity(mergeSchemasExecutor);
