import { fileURLToPath } from 'node:url';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { OnLocalEvent } from '../events.js';
import { spawnBound } from '../process/bound-child.js';
import { lockWords } from '../process/file-lock.js';
import { makeStateFolders, statePaths, type StatePaths } from '../state.js';
import type { WireError } from '../supervisor/protocol.js';
import { PARTS, type ProvisionPart } from './parts.js';

export type { ProvisionPart } from './parts.js';

export interface ProvisionOptions {
  readonly state?: string;
  /** All when left out. */
  readonly parts?: readonly ProvisionPart[];
  readonly onEvent?: OnLocalEvent;
}

/**
 * Makes the native parts that are missing. Quick when nothing is. Several processes at once take turns under a lock
 * that dies with its holder.
 *
 * @returns the parts that were made
 * @throws PipelineError LOCAL_*
 */
export async function provision(options: ProvisionOptions = {}): Promise<ProvisionPart[]> {
  const paths = statePaths(options.state);
  const onEvent = options.onEvent ?? (() => undefined);
  const missing = await missingParts(paths, options.parts ?? (Object.keys(PARTS) as ProvisionPart[]));
  if (missing.length === 0) return [];
  makeStateFolders(paths);
  await makeUnderLock(paths, missing, onEvent);
  return missing;
}

/** Those of some parts that have to be made. */
export async function missingParts(paths: StatePaths, parts: readonly ProvisionPart[]): Promise<ProvisionPart[]> {
  const context = { paths, say: () => undefined };
  const ready = await Promise.all(parts.map((part) => PARTS[part].isReady(context)));
  return parts.filter((_, index) => ready[index] !== true);
}

/** A message of the process that makes the parts, one JSON object per line. */
export type ProvisionMessage = { readonly say: string } | { readonly failed: WireError };

async function makeUnderLock(paths: StatePaths, parts: readonly ProvisionPart[], onEvent: OnLocalEvent): Promise<void> {
  mkdirSync(paths.tools, { recursive: true, mode: 0o755 });
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const command = [
    ...lockWords(join(paths.tools, 'provision.lock'), true),
    process.execPath,
    main,
    paths.state,
    ...parts,
  ];
  const child = spawnBound(command[0] ?? process.execPath, command.slice(1), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let failure: WireError | undefined;
  child.on('message', (message: ProvisionMessage) => {
    if ('say' in message) onEvent({ type: 'progress', message: message.say });
    else failure = message.failed;
  });
  const code = await new Promise<number | string | null>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (exitCode, signal) => {
      resolve(exitCode ?? signal);
    });
  });
  if (code === 0) return;
  if (failure !== undefined) throw new PipelineError(failure.code, failure);
  throw new PipelineError('LOCAL_DOWNLOAD_FAILED', { what: `Set-up ended with ${String(code)} before it was done.` });
}
