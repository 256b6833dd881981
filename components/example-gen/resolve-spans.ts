import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { findFiles, localPath } from './input-files.js';
import { chooseSpans, parseSpanPattern, type SpanMatch, type SpanRange } from './spans.js';

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
export async function resolveSpans(patterns: readonly Pattern[], range: SpanRange | undefined): Promise<ResolvedInput> {
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
  for (const { pattern } of patterns) chosen.push(await spansOf(pattern, range));
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

async function spansOf(pattern: string, range: SpanRange | undefined): Promise<SpanMatch[]> {
  const local = path.resolve(localPath(pattern));
  const parsed = parseSpanPattern(local)!;
  const files = await findFiles(parsed.glob, { orUnder: true }).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'INPUT_NOT_FOUND') return [];
    throw error;
  });
  const found = chooseSpans(
    files.map((file) => parsed.match(file)).filter((match) => match !== undefined),
    range,
  );
  if (found.length > 0) return found;
  throw new PipelineError('SPAN_NOT_FOUND', {
    what: `${files.length} files match ${pattern}, and none gives ${describeRange(range)}.`,
    details: { input: pattern },
  });
}

function describeRange(range: SpanRange | undefined): string {
  if (range !== undefined && 'static' in range) return `span ${range.static}`;
  if (range === undefined || 'rolling' in range) return 'a span';
  if (range.first === range.last) return `span ${range.last}`;
  return `span ${range.last} and ${range.atLeast} in all from span ${range.first} on`;
}
