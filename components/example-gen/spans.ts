import { PipelineError } from '../../errors/pipeline-error.js';
import { globSource } from './glob.js';

/** A span: one period's worth of data, by number or by date (days since 1970-01-01), in one of its versions. */
export interface SpanMatch {
  readonly span: number;
  /** Absent where the pattern has no `{VERSION}`. */
  readonly version: number | undefined;
  /** The pattern with the found text in place of its specs: still a glob. */
  readonly pattern: string;
}

export type SpanRange =
  | { readonly static: number }
  /** The latest `rolling` spans, none before `start`. */
  | { readonly rolling: number; readonly start?: number }
  /** The spans `first` to `last`: `last` itself and at least `atLeast` in all. */
  | { readonly first: number; readonly last: number; readonly atLeast: number };

/** A path pattern with `{SPAN}`, `{VERSION}` or `{YYYY}`, `{MM}`, `{DD}`. */
export interface SpanPattern {
  /** The specs replaced by `*`. */
  readonly glob: string;
  /** What a path says, or undefined when it does not match. */
  match(path: string): SpanMatch | undefined;
  /** The pattern of one span, filled in; undefined where a version is asked for, which only a list of files tells. */
  at(span: number): string | undefined;
}

const SPEC = /\{(SPAN|VERSION|YYYY|MM|DD)(?::(\d+))?\}/g;
const DATE_WIDTHS: Readonly<Record<string, number>> = { YYYY: 4, MM: 2, DD: 2 };
const DAY_MS = 86_400_000;

/**
 * Reads a pattern's specs, as TFX does; undefined when it has none.
 *
 * @throws SPAN_PATTERN_INVALID
 */
export function parseSpanPattern(pattern: string): SpanPattern | undefined {
  const specs = [...pattern.matchAll(SPEC)];
  if (specs.length === 0) return undefined;
  checkSpecs(
    pattern,
    specs.map(([, name]) => name!),
  );
  const source = pattern
    .split(SPEC)
    .map((part, i, parts) => {
      // split() with two groups gives literal, name, width, literal, …
      if (i % 3 === 0) return globSource(part);
      if (i % 3 === 2) return '';
      const width = DATE_WIDTHS[part] ?? parts[i + 1];
      return `(?<${part}>[^/]${width === undefined ? '+' : `{${Number(width)}}`})`;
    })
    .join('');
  // A pattern may name a folder: its files belong to it.
  const expression = new RegExp(`^${source.replace(/\\?\/$/, '')}(?:/[^/]*)?$`, 'u');
  return {
    glob: pattern.replace(SPEC, '*'),
    match: (path) => matchPath(pattern, expression, path),
    at: (span) => filledIn(pattern, span),
  };
}

function filledIn(pattern: string, span: number): string | undefined {
  if (/\{VERSION/.test(pattern)) return undefined;
  const date = new Date(span * DAY_MS);
  const numbers: Readonly<Record<string, number>> = {
    SPAN: span,
    YYYY: date.getUTCFullYear(),
    MM: date.getUTCMonth() + 1,
    DD: date.getUTCDate(),
  };
  return pattern.replace(SPEC, (_, name: string, width: string | undefined) =>
    String(numbers[name]).padStart(DATE_WIDTHS[name] ?? Number(width ?? 0), '0'),
  );
}

function matchPath(pattern: string, expression: RegExp, path: string): SpanMatch | undefined {
  const groups = expression.exec(path)?.groups;
  if (groups === undefined) return undefined;
  const numberOf = (name: string): number | undefined => {
    const text = groups[name];
    if (text === undefined) return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new PipelineError('SPAN_PATTERN_INVALID', {
      what: `${path} has ${JSON.stringify(text)} in the place of {${name}}, which is no whole number.`,
      fix: 'Correct the name of the file or folder, or make the pattern tell it apart.',
      details: { pattern, path },
    });
  };
  const span = numberOf('SPAN') ?? daysOf(numberOf('YYYY')!, numberOf('MM')!, numberOf('DD')!, path);
  return {
    span,
    version: numberOf('VERSION'),
    pattern: pattern.replace(SPEC, (_, name: string) => groups[name]!),
  };
}

function daysOf(year: number, month: number, day: number, path: string): number {
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  if (date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day)
    return time / DAY_MS;
  throw new PipelineError('SPAN_PATTERN_INVALID', {
    what: `${path} names the date ${year}-${month}-${day}, which does not exist.`,
    fix: 'Correct the name of the file or folder.',
    details: { path },
  });
}

function checkSpecs(pattern: string, names: readonly string[]): void {
  const count = (name: string): number => names.filter((other) => other === name).length;
  const dates = count('YYYY') + count('MM') + count('DD');
  let problem: string | undefined;
  if (names.some((name) => count(name) > 1)) problem = 'a spec stands twice';
  else if (dates > 0 && dates < 3) problem = 'a date needs {YYYY}, {MM} and {DD}';
  else if (dates > 0 && count('SPAN') > 0) problem = 'it has both {SPAN} and a date';
  else if (dates === 0 && count('SPAN') === 0) problem = '{VERSION} needs {SPAN} or a date';
  if (problem === undefined) return;
  throw new PipelineError('SPAN_PATTERN_INVALID', { what: `${pattern}: ${problem}.`, details: { pattern } });
}

/** The spans that a range names, newest first; none for "the latest". */
export function spansInRange(range: SpanRange | undefined): number[] {
  if (range === undefined || 'rolling' in range) return [];
  if ('static' in range) return [range.static];
  return Array.from({ length: range.last - range.first + 1 }, (_, i) => range.last - i).filter((span) => span >= 0);
}

/**
 * The spans that a range asks for, newest first, each in its highest version.
 *
 * @param matches - what all paths say, in any order.
 */
export function chooseSpans(matches: readonly SpanMatch[], range: SpanRange = { rolling: 1 }): SpanMatch[] {
  const latest = new Map<number, SpanMatch>();
  for (const match of matches) {
    const before = latest.get(match.span);
    if (before === undefined || (match.version ?? 0) > (before.version ?? 0)) latest.set(match.span, match);
  }
  if ('static' in range) return [...latest.values()].filter(({ span }) => span === range.static);
  const newestFirst = [...latest.values()].sort((a, b) => b.span - a.span);
  if ('rolling' in range) {
    return newestFirst.filter(({ span }) => span >= (range.start ?? 0)).slice(0, range.rolling);
  }
  const found = newestFirst.filter(({ span }) => span >= range.first && span <= range.last);
  return found[0]?.span === range.last && found.length >= range.atLeast ? found : [];
}
