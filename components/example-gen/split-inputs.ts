import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { Resources } from '../implement.js';
import { generateExamples, type OutputParameters } from './generate.js';
import type { OpenedInputs } from './open-inputs.js';

export type SplitOptions = Partial<Omit<OutputParameters, 'resolvedSpan' | 'resolvedVersion' | 'inputFingerprint'>>;

const DEFAULTS: OutputParameters = { seed: 0, tfxCompatible: false, format: 'parquet', rowsPerShard: 10_000_000 };

/**
 * Splits opened inputs as an ExampleGen does: `<folder>/Split-<name>/…`, shuffled with a seed. The folder appears whole
 * or not at all.
 *
 * @returns one sentence, e.g. `344 rows: train 231, eval 113`.
 * @throws OUTPUT_NOT_EMPTY, SPLIT_CONFIG_INVALID, SPLIT_FEATURE_UNKNOWN, SPLIT_FEATURE_MISSING_VALUES
 */
export async function splitInputs(
  opened: OpenedInputs,
  folder: string,
  options: SplitOptions,
  resources: Resources,
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  const target = path.resolve(folder);
  await refuseNonEmpty(target);
  const draft = `${target}.${randomUUID()}.draft`;
  await mkdir(draft, { recursive: true });
  const file = (relative: string): string => {
    const made = path.join(draft, relative);
    mkdirSync(path.dirname(made), { recursive: true });
    return made;
  };
  try {
    const parameters = { ...DEFAULTS, ...options };
    const outputs = { examples: { path: draft, file } };
    const context = { parameters, outputs, resources, signal, progress: () => undefined };
    const { summary } = await generateExamples(context, [opened.source]);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
    return summary;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function refuseNonEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new PipelineError('OUTPUT_NOT_EMPTY', { what: `${folder} is not a folder.`, cause });
  });
  if (names.length > 0)
    throw new PipelineError('OUTPUT_NOT_EMPTY', { what: `${folder} exists and holds ${names[0]!}.` });
}
