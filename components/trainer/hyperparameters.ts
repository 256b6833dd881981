import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';

/** The file of a HyperParameters artifact: KerasTuner's JSON. */
export const HYPERPARAMETERS_FILE = 'best_hyperparameters.txt';

/** The chosen values by name. */
export async function readHyperparameters(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, HYPERPARAMETERS_FILE);
  try {
    const { values } = JSON.parse(await readFile(file, 'utf8')) as { values?: Record<string, unknown> };
    return values ?? {};
  } catch (cause) {
    throw new PipelineError('TRAINER_HYPERPARAMETERS_UNREADABLE', { what: `${file} cannot be read as JSON.`, cause });
  }
}
