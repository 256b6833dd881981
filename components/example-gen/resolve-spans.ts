import path from 'node:path';
import { concurrently } from '../../artifacts/concurrently.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { findFiles, localPath } from './input-files.js';
import { remoteSource, type RemoteSource } from './remote-source.js';
import { chooseSpans, parseSpanPattern, spansInRange, type SpanMatch, type SpanRange } from './spans.js';

interface Pattern {
  readonly name: string;
  readonly pattern: string;
}

export interface ResolvedInput {
  /** Plain globs; a split stands several times when several spans are read. */
  readonly patterns: Pattern[];
  /** The newest span; undefined for patterns without spans. */
  readonly span: number | undefined;
  readonly version: number | undefined;
}

/**
 * Finds the spans and versions that patterns and a range ask for.
 *
 * @throws SPAN_PATTERN_INVALID, SPAN_NOT_FOUND, SPANS_DIFFER
 */
export async function resolveSpans(
  patterns: readonly Pattern[],
  range: SpanRange | undefined,
  signal?: AbortSignal,
): Promise<ResolvedInput> {
  const parsed = patterns.map(({ pattern }) => parseSpanPattern(pattern));
  if (parsed.every((pattern) => pattern === undefined)) {
    if (range === undefined) return { patterns: [...patterns], span: undefined, version: undefined };
    throw new PipelineError('SPAN_PATTERN_INVALID', {
      what: `\`span\` is given, but ${patterns[0]!.pattern} has no {SPAN} or date.`,
    });
  }
  if (parsed.includes(undefined)) {
    throw new PipelineError('SPAN_PATTERN_INVALID', {
      what: 'Some splits of the input have spans in their patterns, and others have not.',
    });
  }
  const chosen: SpanMatch[][] = [];
  for (const { pattern } of patterns) chosen.push(await spansOf(pattern, range, signal));
  const described = chosen.map((spans) =>
    spans.map(({ span, version }) => `${span}${version === undefined ? '' : `.${version}`}`).join(', '),
  );
  const other = described.findIndex((spans) => spans !== described[0]);
  if (other >= 0) {
    throw new PipelineError('SPANS_DIFFER', {
      what: `Split ${patterns[0]!.name} has the span ${described[0]!}, and ${patterns[other]!.name} has ${described[other]!}.`,
    });
  }
  const newest = chosen[0]![0]!;
  return {
    patterns: patterns.flatMap(({ name }, i) => chosen[i]!.map(({ pattern }) => ({ name, pattern }))),
    span: newest.span,
    version: newest.version,
  };
}

/**
 * The spans that a pattern gives, newest first.
 * @throws SPAN_NOT_FOUND when there are none
 */
export async function spansOf(
  pattern: string,
  range: SpanRange | undefined,
  signal?: AbortSignal,
): Promise<SpanMatch[]> {
  const remote = remoteSource(pattern);
  const matches =
    remote?.lists === false
      ? await askedSpans(remote, pattern, range, signal)
      : await listedSpans(remote === undefined ? path.resolve(localPath(pattern)) : pattern);
  const found = chooseSpans(matches, range);
  if (found.length > 0) return found;
  throw new PipelineError('SPAN_NOT_FOUND', {
    what: `${matches.length} files match ${shown(pattern)}, and none gives ${describeRange(range)}.`,
    details: { input: shown(pattern) },
  });
}

const shown = (pattern: string): string => remoteSource(pattern)?.shown(pattern) ?? pattern;

/** What all paths that match say. */
async function listedSpans(pattern: string): Promise<SpanMatch[]> {
  const parsed = parseSpanPattern(pattern)!;
  const files = await findFiles(parsed.glob, { orUnder: true }).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'INPUT_NOT_FOUND') return [];
    throw error;
  });
  return files.map((file) => parsed.match(file)).filter((match) => match !== undefined);
}

/** Where nothing can be listed: each span of a range that names its spans is asked for. */
async function askedSpans(
  remote: RemoteSource,
  pattern: string,
  range: SpanRange | undefined,
  signal?: AbortSignal,
): Promise<SpanMatch[]> {
  const parsed = parseSpanPattern(pattern)!;
  const asked: SpanMatch[] = [];
  for (const span of spansInRange(range)) {
    const address = parsed.at(span);
    if (address !== undefined) asked.push({ span, version: undefined, pattern: address });
  }
  if (asked.length === 0) {
    const why = 'its range does not name the spans, or versions stand in it';
    throw new PipelineError('INPUT_PATTERN_UNSUPPORTED', {
      what: `Which spans ${shown(pattern)} has cannot be found: ${why}.`,
      details: { input: shown(pattern) },
    });
  }
  const there = await concurrently(asked, ASKED_AT_ONCE, ({ pattern: file }) => remote.exists(file, signal));
  return asked.filter((_, i) => there[i]);
}

const ASKED_AT_ONCE = 4;

function describeRange(range: SpanRange | undefined): string {
  if (range !== undefined && 'static' in range) return `span ${range.static}`;
  if (range === undefined || 'rolling' in range) return 'a span';
  if (range.first === range.last) return `span ${range.last}`;
  return `span ${range.last} and ${range.atLeast} in all from span ${range.first} on`;
}
