import { curateSchema } from '../components/curate-schema/executor.js';
import { toActivity } from './to-activity.js';

export const CurateSchemaActivity = toActivity(curateSchema);
