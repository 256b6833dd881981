import { PipelineError, isPipelineError } from '../errors/pipeline-error.js';

/** Runs a step on the file system, with its errors as coded ones. */
export async function onFiles<T>(place: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw toArtifactError(place, error);
  }
}

function toArtifactError(place: string, error: unknown): unknown {
  if (isPipelineError(error) || !(error instanceof Error) || error.name === 'AbortError') return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new PipelineError('ARTIFACT_MISSING', { what: `${place} is not there: ${error.message}`, cause: error });
  }
  if (!/^E[A-Z0-9]+$/.test(code)) return error;
  return new PipelineError('ARTIFACT_STORE_UNAVAILABLE', { what: `${place}: ${error.message}`, cause: error });
}
