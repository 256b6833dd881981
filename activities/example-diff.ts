import { exampleDiff } from '../components/example-diff/executor.js';
import { toActivity } from './to-activity.js';

export const ExampleDiffActivity = toActivity(exampleDiff);
