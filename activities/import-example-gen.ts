import { importExampleGen } from '../components/example-gen/import-executor.js';
import { toActivity } from './to-activity.js';

export const ImportExampleGenActivity = toActivity(importExampleGen);
