import { PipelineError } from '../../errors/pipeline-error.js';
import type { ProgressReport } from '../implement.js';
import { fetchedSplits } from './fetched-inputs.js';
import { contentFingerprint, findFiles, inputPatterns, type InputSplit } from './input-files.js';
import { requireInputsUnderRoots } from './input-roots.js';
import { type NominalFacts, type NominalRange, rangeOfRun } from './nominal-spans.js';
import { resolveSpans } from './resolve-spans.js';
import type { SpanRange } from './spans.js';
import { splitConfig, type HashSplit } from './split-config.js';

type Pattern = { readonly name: string; readonly pattern: string };

/** The parameters of an ExampleGen over files. */
export interface FileParameters {
  readonly input: string | readonly Pattern[];
  readonly split?: Readonly<Record<string, number>> | readonly HashSplit[];
  readonly resolvedInput?: Pattern[];
  readonly inputFingerprint?: string;
  readonly span?: SpanRange | NominalRange;
}

export interface DrivenFiles {
  readonly parameters: {
    inputFingerprint: string;
    resolvedInput?: Pattern[];
    resolvedSpan?: number;
    resolvedVersion?: number;
  };
  readonly fingerprint: { readonly input: string };
  readonly summary: string;
}

/** What only the outside knows of an ExampleGen's input: which files there are, and what tells their contents. */
export async function driveFiles(
  context: NominalFacts & {
    readonly parameters: FileParameters;
    readonly inputRoots?: readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<DrivenFiles> {
  const { parameters, signal } = context;
  const patterns = inputPatterns(parameters.input);
  splitConfig(
    parameters.split,
    patterns.map(({ name }) => name),
  );
  const resolved = await resolveSpans(patterns, rangeOfRun(parameters.span, context), signal);
  const splits = await inputSplits(resolved.patterns);
  await requireInputsUnderRoots(splits, context.inputRoots);
  const inputFingerprint = await contentFingerprint(splits, signal);
  const files = splits.reduce((sum, split) => sum + split.files.length, 0);
  return {
    parameters: {
      inputFingerprint,
      ...(resolved.span === undefined ? {} : { resolvedInput: resolved.patterns, resolvedSpan: resolved.span }),
      ...(resolved.version === undefined ? {} : { resolvedVersion: resolved.version }),
    },
    fingerprint: { input: inputFingerprint },
    summary: `${files} ${files === 1 ? 'file' : 'files'}${resolved.span === undefined ? '' : `, span ${resolved.span}`}`,
  };
}

/**
 * The executor's view of the input, which must be what the driver saw: the cache trusts its fingerprint.
 *
 * @throws INPUT_CHANGED, INPUT_NOT_FOUND
 */
export async function checkedInputSplits(context: {
  readonly parameters: FileParameters;
  readonly resources: { readonly temporaryPath: string };
  readonly progress: (report: ProgressReport) => void;
  readonly signal: AbortSignal;
}): Promise<InputSplit[]> {
  const { parameters, signal } = context;
  const onBytes = (done: number): void => context.progress({ phase: 'fetch', done, unit: 'bytes' });
  const named = await inputSplits(parameters.resolvedInput ?? inputPatterns(parameters.input));
  const splits = await fetchedSplits(named, context.resources.temporaryPath, { signal, onBytes });
  if (parameters.inputFingerprint === undefined) return splits;
  const found = await contentFingerprint(splits, signal);
  if (found === parameters.inputFingerprint) return splits;
  throw new PipelineError('INPUT_CHANGED', {
    what: `The input had the fingerprint ${parameters.inputFingerprint.slice(0, 12)}… and now has ${found.slice(0, 12)}….`,
  });
}

/** The files of each split; patterns of the same split are put together. */
async function inputSplits(patterns: readonly Pattern[]): Promise<InputSplit[]> {
  const splits = new Map<string, string[]>();
  for (const { name, pattern } of patterns) {
    splits.set(name, [...(splits.get(name) ?? []), ...(await findFiles(pattern))]);
  }
  return [...splits].map(([name, files]) => ({ name, files: [...new Set(files)].sort() }));
}
