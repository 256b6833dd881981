const MINUTE_MS = 60_000;

/** A timezone by its IANA name, e.g. `Europe/Berlin`; `UTC` is one. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A time as ISO with the offset of its timezone, e.g. `2026-11-22T00:00:00.000+01:00`: its date is the day there. */
export function localTime(time: Date, timezone: string): string {
  const minutes = offsetMinutes(time, timezone);
  const wall = new Date(time.getTime() + minutes * MINUTE_MS).toISOString();
  if (minutes === 0) return wall;
  const offset = new Date(Math.abs(minutes) * MINUTE_MS).toISOString().slice(11, 16);
  return `${wall.slice(0, -1)}${minutes < 0 ? '-' : '+'}${offset}`;
}

/**
 * What a clock at the time's own offset shows, in milliseconds since 1970-01-01T00:00 on that clock.
 * @param time ISO; without an offset it is UTC
 */
export function wallClock(time: string): number {
  const [, sign, hours, minutes] = /T.*([+-])(\d\d):?(\d\d)$/.exec(time) ?? [];
  if (sign === undefined) return Date.parse(time);
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return Date.parse(time) + (sign === '-' ? -offset : offset);
}

/** When a day begins in a timezone. Where clocks skip midnight, that is the first moment of the day. @param date `2026-11-22` */
export function startOfDay(date: string, timezone: string): Date {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // The offset at midnight is known only there: offsets before and after a change are tried.
  const candidates = [-1, 1]
    .map((days) => midnight - offsetMinutes(new Date(midnight + days * 86_400_000), timezone) * MINUTE_MS)
    .sort((a, b) => a - b);
  const isOn = (time: number): boolean => localTime(new Date(time), timezone).startsWith(date);
  return new Date(candidates.find(isOn) ?? midnight);
}

function offsetMinutes(time: Date, timezone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return Math.round((wall - Math.floor(time.getTime() / MINUTE_MS) * MINUTE_MS) / MINUTE_MS);
}
