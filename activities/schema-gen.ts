import { schemaGen } from '../components/schema-gen/executor.js';
import { toActivity } from './to-activity.js';

export const SchemaGenActivity = toActivity(schemaGen);
