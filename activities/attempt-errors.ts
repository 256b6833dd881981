import { readdir, readFile, writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { uriToPath } from '../artifacts/uri.js';
import { isPipelineError } from '../errors/pipeline-error.js';
import type { AttemptError } from '../lineage/fail-execution.js';
import type { Ticket } from './protocol.js';

/*
 * A failure in history is cut to 1 KiB, and an executor's worker has no database. So the whole text of each failed
 * attempt goes beside its output folder, and `tfx.publish` carries it into lineage.
 */

const SUFFIX = '.error.json';
/** Deep causes and long stacks help; a megabyte of them does not. */
const LIMIT_CHARACTERS = 64_000;

/** Best effort: an error in writing it must not hide the error itself. */
export async function recordAttemptError(ticket: Ticket, nonce: string, error: unknown): Promise<void> {
  const place = Object.values(ticket.places)[0];
  if (place === undefined) return;
  const path = join(uriToPath(place), `${nonce}${SUFFIX}`);
  const record = { code: codeOf(error), message: fullText(error).slice(0, LIMIT_CHARACTERS) };
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify(record));
  } catch {
    // The failure itself still reaches the workflow.
  }
}

/** What the failed attempts of an execution left; empty when this worker cannot see the place. */
export async function readAttemptErrors(ticket: Ticket): Promise<readonly AttemptError[]> {
  const place = Object.values(ticket.places)[0];
  if (place === undefined) return [];
  try {
    const folder = uriToPath(place);
    const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).slice(0, 100);
    return await Promise.all(
      names.map(async (name) => {
        const record = JSON.parse(await readFile(join(folder, name), 'utf8')) as Omit<AttemptError, 'attempt'>;
        return { attempt: name.slice(0, -SUFFIX.length), code: record.code, message: record.message };
      }),
    );
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
