import { csvExampleGen } from '../components/example-gen/csv-executor.js';
import { toActivity } from './to-activity.js';

export const CsvExampleGenActivity = toActivity(csvExampleGen);
