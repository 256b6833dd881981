import { requireUnderRoots } from '../../artifacts/roots.js';
import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';
import type { InputSplit } from './input-files.js';
import { isHttp } from './http-files.js';

/**
 * Refuses input files that do not lie below a configured root, also when links lead out of it; S3
 * objects need an `s3://` root. Web addresses have an allow-list of their own.
 * @throws INPUT_OUTSIDE_ROOTS
 */
export async function requireInputsUnderRoots(
  splits: readonly InputSplit[],
  roots: readonly string[] | undefined,
): Promise<void> {
  if (roots === undefined) return;
  for (const file of splits.flatMap(({ files }) => files)) {
    if (isHttp(file)) continue;
    await requireUnderRoots(file, roots).catch((cause: unknown) => {
      if (!isPipelineError(cause) || cause.code !== 'URI_OUTSIDE_ROOTS') throw cause;
      throw new PipelineError('INPUT_OUTSIDE_ROOTS', {
        what: `${file} lies outside of ${roots.join(', ') || 'every input root, because none is named'}.`,
        details: { file },
        cause,
      });
    });
  }
}
