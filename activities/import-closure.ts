import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';

/** What a compiled file stands on. */
export interface ImportClosure {
  /** Absolute path to text, of all files that are reached. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the packages that any of them imports; Node's own modules are not among them. */
  readonly packages: ReadonlySet<string>;
}

/** Specifiers of static and literal dynamic imports, as the compiler writes them. */
const IMPORTS = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"]+)['"]/g;
/** No output depends on the texts of errors, and every file reaches all of them. */
const IGNORED_FOLDER = 'errors';

/**
 * Follows the relative imports of a compiled file, however indirect.
 * @param root the folder of all compiled files
 */
export async function importClosure(entry: string, root: string): Promise<ImportClosure> {
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path) || relative(root, path).startsWith(IGNORED_FOLDER)) continue;
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    files.set(path, text.replace(/^\/\/# sourceMappingURL=.*$/m, ''));
    for (const [, specifier = ''] of text.matchAll(IMPORTS)) {
      if (specifier.startsWith('.')) waiting.push(resolve(dirname(path), specifier));
      else if (!specifier.startsWith('node:')) packages.add(packageName(specifier));
    }
  }
  return { files, packages };
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
