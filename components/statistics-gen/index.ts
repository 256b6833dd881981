export {
  computeState,
  computeStatistics,
  type LoadedSource,
  type StatisticsOptions,
  type StatisticsResources,
  type StatisticsSource,
} from './compute-statistics.js';
export { formatState, parseState, type DatasetState } from './dataset-state.js';
export { diffStatistics, type StatisticsDifference } from './diff-statistics.js';
export { datasetStatistics } from './feature-statistics.js';
export { mergeStates } from './merge-states.js';
