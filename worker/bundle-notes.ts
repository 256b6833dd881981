import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is known of a bundle that was made before, beside the bundle itself. */
export interface BundleNote {
  readonly digest: string;
  readonly sources: readonly string[];
  /** Packages that the sources import. */
  readonly packages: readonly string[];
  /** Sizes and times of the sources when it was made. */
  readonly stamp: string;
  /** Of what made it: our release and build, and the packages' versions. */
  readonly maker: string;
}

/**
 * Sizes and times of files. A change of content changes one of them: the time of change, unlike that of modification,
 * cannot be set back.
 */
export function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const facts = statSync(file, { throwIfNoEntry: false });
      return `${file}:${facts?.mtimeMs ?? 0}:${facts?.ctimeMs ?? 0}:${facts?.size ?? 0}`;
    })
    .join('\n');
}

/** This code's own build: another one may bundle otherwise. */
export const ownStamp = (): string => stampOf([fileURLToPath(new URL('bundle-user-code.js', import.meta.url))]);

/** The note, or undefined when there is none that can be read. */
export function readNote(file: string): BundleNote | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as BundleNote;
  } catch {
    return undefined;
  }
}

/** Writes a file at once or not at all. */
export function writeAtomically(target: string, text: string): void {
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, target);
}
