import { PipelineError } from '../errors/pipeline-error.js';
import type { Artifact } from '../artifacts/artifact.js';

/** A reference to an artifact, as JSON in UTF-8. */
export const REFERENCE_LIMIT_BYTES = 2 * 1024;
/** An activity's input or result, as JSON in UTF-8. */
export const PAYLOAD_LIMIT_BYTES = 64 * 1024;

/** The size of a value as JSON in UTF-8 bytes. */
export function jsonBytes(value: unknown): number {
  return value === undefined ? 0 : new TextEncoder().encode(JSON.stringify(value)).length;
}

/**
 * Lets a payload pass that history can carry.
 * @param name what it is, in the error's sentence, e.g. `the input of activity Trainer.begin`
 * @throws PipelineError PAYLOAD_TOO_LARGE
 */
export function guardPayload<T>(name: string, value: T): T {
  const size = jsonBytes(value);
  if (size <= PAYLOAD_LIMIT_BYTES) return value;
  throw new PipelineError('PAYLOAD_TOO_LARGE', {
    what: `${name} has ${size} bytes; at most ${PAYLOAD_LIMIT_BYTES} may enter the history${largestField(value)}`,
    details: { name, size, limit: PAYLOAD_LIMIT_BYTES },
  });
}

/** @throws PipelineError PAYLOAD_TOO_LARGE when a reference has more than 2 KiB */
export function guardReference(name: string, artifact: Artifact): Artifact {
  const size = jsonBytes(artifact);
  if (size <= REFERENCE_LIMIT_BYTES) return artifact;
  throw new PipelineError('PAYLOAD_TOO_LARGE', {
    what: `${name} (${artifact.type} ${artifact.id}) has ${size} bytes; a reference has at most ${REFERENCE_LIMIT_BYTES}${largestField(artifact.properties)}`,
    details: { name, size, limit: REFERENCE_LIMIT_BYTES },
  });
}

function largestField(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const sizes = Object.entries(value).map(([name, field]) => ({ name, size: jsonBytes(field) }));
  const largest = sizes.sort((a, b) => b.size - a.size)[0];
  return largest === undefined ? '' : ` (most of it in '${largest.name}': ${largest.size} bytes)`;
}
