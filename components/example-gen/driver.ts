import type { DriverResult } from '../implement.js';
import type { Contract } from '../contract.js';
import { contentFingerprint, findFiles, inputPatterns, type InputSplit } from './input-files.js';
import { splitConfig } from './split-config.js';

/** The parameters of an ExampleGen over files. */
export interface FileParameters {
  readonly input: string | readonly { readonly name: string; readonly pattern: string }[];
  readonly split?:
    Readonly<Record<string, number>> | readonly { readonly name: string; readonly hashBuckets: number }[];
  readonly resolvedInput?: readonly { readonly name: string; readonly pattern: string }[];
  readonly inputFingerprint?: string;
}

/** What only the outside knows of an ExampleGen's input: which files there are, and the sha256 of their contents. */
export async function driveFiles(parameters: FileParameters, signal: AbortSignal): Promise<DriverResult<Contract>> {
  const patterns = inputPatterns(parameters.input);
  splitConfig(
    parameters.split,
    patterns.map(({ name }) => name),
  );
  const splits = await inputSplits(patterns);
  const inputFingerprint = await contentFingerprint(splits, signal);
  const files = splits.reduce((sum, split) => sum + split.files.length, 0);
  return {
    parameters: { inputFingerprint } as never,
    fingerprint: { input: inputFingerprint },
    summary: `${files} ${files === 1 ? 'file' : 'files'}`,
  };
}

export async function inputSplits(
  patterns: readonly { readonly name: string; readonly pattern: string }[],
): Promise<InputSplit[]> {
  return await Promise.all(patterns.map(async ({ name, pattern }) => ({ name, files: await findFiles(pattern) })));
}
