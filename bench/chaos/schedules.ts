import type { MissingData, Overlap, PipelineSchedule } from '../../client/index.js';
import type { ChaosProject } from './project.js';

/** A schedule of the trial, and the data that it asks for. */
export interface ChaosSchedule {
  readonly name: string;
  readonly pipeline: 'described' | 'pushed';
  readonly periodSeconds: number;
  readonly overlap: Overlap;
  readonly onMissing: MissingData;
}

const WAIT: MissingData = { wait: '30 seconds', every: '500 milliseconds' };

/** One run after the other; several at once, up to a pushed model; and one that leaves out what comes too soon. */
export const SCHEDULES: readonly ChaosSchedule[] = [
  { name: 'buffered', pipeline: 'described', periodSeconds: 6, overlap: 'bufferAll', onMissing: WAIT },
  { name: 'overlapping', pipeline: 'pushed', periodSeconds: 15, overlap: 'allowAll', onMissing: WAIT },
  { name: 'skipping', pipeline: 'described', periodSeconds: 4, overlap: 'skip', onMissing: 'skip' },
];

export const destinationOf = ({ name }: ChaosSchedule, { destination }: ChaosProject): string =>
  `${destination}/${name}`;

export const dataOf = ({ name }: ChaosSchedule, { data }: ChaosProject): string => `${data}/${name}`;

/** As the client creates it. @param from, until epoch seconds, both included */
export function scheduleOf(chaos: ChaosSchedule, project: ChaosProject, from: number, until: number): PipelineSchedule {
  const { name, pipeline, periodSeconds, overlap, onMissing } = chaos;
  return {
    name,
    pipeline,
    every: `${periodSeconds} seconds`,
    startAt: new Date(from * 1000),
    endAt: new Date(until * 1000),
    overlap,
    onMissing,
    parameters: {
      data: `${dataOf(chaos, project)}/span-{SPAN}/*.csv`,
      period: periodSeconds,
      destination: destinationOf(chaos, project),
    },
  };
}

/** The spans due between two times: a period's multiples, both ends included. */
export function dueSpans({ periodSeconds }: ChaosSchedule, from: number, until: number): number[] {
  const first = Math.ceil(from / periodSeconds);
  const last = Math.floor(until / periodSeconds);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
