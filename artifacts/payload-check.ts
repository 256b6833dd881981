import type { PayloadFile } from './manifest.js';
import { hashFiles, listPayload, looksUnchanged } from './payload-files.js';
import type { CheckMode } from './store.js';

/** Compares a payload with the files that lineage recorded. Returns the first difference, in a sentence. */
export async function checkPayload(
  folder: string,
  files: readonly PayloadFile[],
  mode: CheckMode,
): Promise<string | undefined> {
  let found: readonly string[];
  try {
    found = (await listPayload(folder)).files;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `${folder} is gone`;
    throw error;
  }
  return differentNames(found, files) ?? (await differentContent(folder, files, mode));
}

/** The first file that is gone or was added, in a sentence. */
export function differentNames(found: readonly string[], files: readonly PayloadFile[]): string | undefined {
  const recorded = new Set(files.map((file) => file.path));
  const present = new Set(found);
  const lost = files.find((file) => !present.has(file.path));
  if (lost !== undefined) return `file ${lost.path} is gone`;
  const extra = found.find((path) => !recorded.has(path));
  return extra === undefined ? undefined : `file ${extra} was added`;
}

async function differentContent(
  folder: string,
  files: readonly PayloadFile[],
  mode: CheckMode,
): Promise<string | undefined> {
  const doubtful: PayloadFile[] = [];
  for (const file of files) {
    if (mode === 'full' || !(await looksUnchanged(folder, file))) doubtful.push(file);
  }
  const hashed = await hashFiles(
    folder,
    doubtful.map((file) => file.path),
  );
  const now = new Map(hashed.map((file) => [file.path, file.sha256]));
  const changed = doubtful.find((file) => now.get(file.path) !== file.sha256);
  return changed === undefined ? undefined : `file ${changed.path} has other content`;
}
