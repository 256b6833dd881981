import type { MissingData, Overlap, ScheduleChange } from '../client/index.js';
import { PipelineError } from '../errors/pipeline-error.js';

/** The flags of `schedule create` and `schedule update`. */
export interface ScheduleFlags {
  readonly cron: readonly string[];
  readonly every?: string;
  readonly offset?: string;
  readonly calendar: readonly string[];
  readonly timezone?: string;
  readonly jitter?: string;
  readonly startAt?: string;
  readonly endAt?: string;
  readonly param: readonly string[];
  readonly params?: string;
  readonly overlap?: Overlap;
  readonly catchup?: string;
  readonly pauseOnFailure?: boolean;
  readonly onMissing?: string;
  readonly skipUnchanged?: boolean;
  readonly note?: string;
}

export const OVERLAPS: Overlap[] = ['skip', 'bufferOne', 'bufferAll', 'cancelOther', 'terminateOther', 'allowAll'];

/** What flags say of a schedule, without its parameters. @throws PipelineError SCHEDULE_INVALID */
export function readChange(flags: ScheduleFlags): ScheduleChange {
  const { every, offset, timezone, jitter, startAt, endAt, overlap, catchup, pauseOnFailure, skipUnchanged, note } =
    flags;
  const change = {
    cron: flags.cron.length === 0 ? undefined : flags.cron,
    calendar: flags.calendar.length === 0 ? undefined : flags.calendar.map(readCalendar),
    onMissing: flags.onMissing === undefined ? undefined : readMissing(flags.onMissing),
    ...{ every, offset, timezone, jitter, startAt, endAt, overlap, catchup, pauseOnFailure, skipUnchanged, note },
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

const FIELDS: ReadonlySet<string> = new Set([
  'second',
  'minute',
  'hour',
  'dayOfMonth',
  'month',
  'year',
  'dayOfWeek',
  'comment',
]);

/** `hour=2,dayOfWeek=MONDAY` as Temporal's calendar. */
function readCalendar(text: string): Record<string, number | string> {
  return Object.fromEntries(
    text.split(',').map((field) => {
      const [name = '', value = ''] = field.split('=', 2);
      if (!FIELDS.has(name) || value === '') {
        throw new PipelineError('SCHEDULE_INVALID', {
          what: `"${field}" is no field of a calendar.`,
          fix: `Write fields as name=value, separated by commas; names are ${[...FIELDS].join(', ')}.`,
        });
      }
      return [name, /^\d+$/.test(value) ? Number(value) : value];
    }),
  );
}

/** `fail`, `skip`, `wait=6h` or `wait=6h/1m`: up to six hours, a look each minute. */
export function readMissing(text: string): MissingData {
  if (text === 'fail' || text === 'skip') return text;
  const [, wait, every] = /^wait=([^/]+)(?:\/(.+))?$/.exec(text) ?? [];
  if (wait !== undefined) return every === undefined ? { wait } : { wait, every };
  throw new PipelineError('SCHEDULE_INVALID', {
    what: `"${text}" says not what to do with missing data.`,
    fix: 'Use fail, skip, wait=6h, or wait=6h/1m to look each minute.',
  });
}
