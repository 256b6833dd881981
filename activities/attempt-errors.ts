import { isPipelineError } from '../errors/pipeline-error.js';
import type { ArtifactStore } from '../artifacts/store.js';
import type { AttemptError } from '../lineage/fail-execution.js';
import type { Ticket } from './protocol.js';

/*
 * A failure in history is cut to 1 KiB, and an executor's worker has no database. So the whole text of each failed
 * attempt goes beside its output folder, and `tfx.publish` carries it into lineage.
 */

/** Deep causes and long stacks help; a megabyte of them does not. */
const LIMIT_CHARACTERS = 64_000;
const LIMIT_ERRORS = 100;

/** Best effort: an error in writing it must not hide the error itself. */
export async function recordAttemptError(
  store: ArtifactStore,
  ticket: Ticket,
  nonce: string,
  error: unknown,
): Promise<void> {
  const place = Object.values(ticket.places)[0];
  if (place === undefined) return;
  const record = { code: codeOf(error), message: fullText(error).slice(0, LIMIT_CHARACTERS) };
  // The failure itself still reaches the workflow.
  await store.writeNote(`${place}/${nonce}`, JSON.stringify(record)).catch(() => undefined);
}

/** What the failed attempts of an execution left; empty when this worker cannot see the place. */
export async function readAttemptErrors(store: ArtifactStore, ticket: Ticket): Promise<readonly AttemptError[]> {
  const place = Object.values(ticket.places)[0];
  if (place === undefined) return [];
  try {
    const notes = await store.readNotes(place, LIMIT_ERRORS);
    return notes.map(({ nonce, text }) => {
      const { code, message } = JSON.parse(text) as Omit<AttemptError, 'attempt'>;
      return { attempt: nonce, code, message };
    });
  } catch {
    return [];
  }
}

function codeOf(error: unknown): string {
  if (isPipelineError(error)) return error.code;
  return error instanceof Error ? error.name : 'UNEXPECTED_ERROR';
}

function fullText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack?.includes(error.message) === true ? error.stack : `${error.message}\n${error.stack ?? ''}`;
  return error.cause === undefined ? text : `${text}\nCaused by: ${fullText(error.cause)}`;
}
