/*
 * Formats of dates and times that TFDV looks for, in strptime's directives, and the ranges in which integers may be
 * Unix times.
 */

const DAYS = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const MONTHS = 'January|February|March|April|May|June|July|August|September|October|November|December';

/** What each directive matches, as Python's strptime. Digits may be of any script. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  '%a': `(?:${DAYS})`,
  '%b': `(?:${MONTHS.split('|')
    .map((month) => month.slice(0, 3))
    .join('|')})`,
  '%B': `(?:${MONTHS})`,
  '%f': '(?:[0-9]{1,6})',
  '%d': '(?:3[0-1]|[1-2]\\p{Nd}|0[1-9]|[1-9]| [1-9])',
  '%H': '(?:2[0-3]|[0-1]\\p{Nd}|\\p{Nd})',
  '%y': '(?:\\p{Nd}\\p{Nd})',
  '%Y': '(?:\\p{Nd}{4})',
  '%m': '(?:1[0-2]|0[1-9]|[1-9])',
  '%M': '(?:[0-5]\\p{Nd}|\\p{Nd})',
  '%S': '(?:60[0-1]|[0-5]\\p{Nd}|\\p{Nd})',
};

const DATES = [
  ...['%Y-%m-%d', '%Y/%m/%d', '%Y%m%d', '%y-%m-%d', '%y/%m/%d'],
  ...['%m-%d-%Y', '%m/%d/%Y', '%m%d%Y', '%m-%d-%y', '%m/%d/%y'],
  ...['%d-%m-%Y', '%d/%m/%Y', '%d%m%Y', '%d-%B-%Y', '%d-%m-%y', '%d/%m/%y', '%d-%B-%y'],
];
const TIMES = ['%H:%M', '%H:%M:%S', '%H:%M:%S.%f'];
const FORMATS = [
  ...DATES,
  ...TIMES,
  '%a %b %d %H:%M:%S %Y',
  ...DATES.flatMap((date) => TIMES.flatMap((time) => [`${date}T${time}`, `${date} ${time}`])),
];

/** A dot in a format stands for any character, and a line may end after the time, as in TFDV. */
const expressionOf = (format: string): RegExp =>
  new RegExp(`^${format.replace(/%[a-zA-Z]|\./g, (part) => DIRECTIVES[part] ?? '[^\\n]')}\\n?$`, 'u');

const EXPRESSIONS = FORMATS.map((format) => ({ format, expression: expressionOf(format) }));
const MAY_BE_TIME = new RegExp(`^(?:\\p{Nd}| [1-9]|${DAYS})`, 'u');
/** Longer than any time in any format: 30-September-2018T23:59:58.123456. */
const LONGEST = 40;

/** The formats that a text is a time in; the same text may be day-month-year and month-day-year. */
export function timeFormatsOf(text: string): string[] {
  if (text.length > LONGEST || !MAY_BE_TIME.test(text)) return [];
  return EXPRESSIONS.filter(({ expression }) => expression.test(text)).map(({ format }) => format);
}

/** Integers from 1990 to 2030 in each unit of time since 1970: from `begin` up to, not including, `end`. */
export const UNIX_TIMES = [
  { format: 'UNIX_DAYS', begin: 7305n, end: 21_915n },
  { format: 'UNIX_SECONDS', begin: 631_152_000n, end: 1_893_456_000n },
  { format: 'UNIX_MILLISECONDS', begin: 631_152_000_000n, end: 1_893_456_000_000n },
  { format: 'UNIX_MICROSECONDS', begin: 631_152_000_000_000n, end: 1_893_456_000_000_000n },
  { format: 'UNIX_NANOSECONDS', begin: 631_152_000_000_000_000n, end: 1_893_456_000_000_000_000n },
] as const;

/** All formats in TFDV's order, in which the first of equally frequent ones is chosen. */
export const TIME_FORMATS: readonly string[] = [...UNIX_TIMES.map(({ format }) => format), ...FORMATS];
