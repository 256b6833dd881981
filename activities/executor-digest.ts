import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standardImplementations } from '../components/implementations.js';
import type { Implementation } from '../components/implement.js';
import { importClosure } from './import-closure.js';
import type { ComponentRegistry } from './runtime.js';

/**
 * What the fingerprint says about a component's code, by name.
 *
 * A standard component is known by its compiled executor, all files of ours that this imports, however indirectly, and
 * the versions of the packages that any of them imports (DuckDB, tfjs). So a change in `graph/` or `formats/` runs again
 * exactly the components that use the changed file; hashing whole rooms would run all of them. Error texts are left
 * out: no output depends on them. A user's own component is known by the digest of its bundle.
 */
export async function executorDigest(
  components: ComponentRegistry,
  implementation: Implementation,
): Promise<Readonly<Record<string, string>>> {
  const { type } = implementation.contract;
  const own = await components.digest?.(type);
  if (own !== undefined) return { executor: own };
  const entry = await standardEntry(type, implementation);
  if (entry === undefined) return { executor: digestOfFunctions(implementation) };
  const known = standardDigests.get(entry) ?? digestOfFile(entry);
  standardDigests.set(entry, known);
  return await known;
}

const compiledRoot = fileURLToPath(new URL('..', import.meta.url));
const standardDigests = new Map<string, Promise<Readonly<Record<string, string>>>>();

/** The compiled file that `components/implementations.ts` loads for a type; undefined for another implementation. */
async function standardEntry(type: string, implementation: Implementation): Promise<string | undefined> {
  const load = Object.hasOwn(standardImplementations, type) ? standardImplementations[type] : undefined;
  if (load === undefined || (await load()) !== implementation) return undefined;
  const [, specifier] = /import\(\s*['"]([^'"]+)['"]/.exec(load.toString()) ?? [];
  return specifier === undefined ? undefined : resolve(compiledRoot, 'components', specifier);
}

async function digestOfFile(entry: string): Promise<Readonly<Record<string, string>>> {
  const closure = await importClosure(entry, compiledRoot);
  const hash = createHash('sha256');
  for (const [path, text] of [...closure.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([relative(compiledRoot, path), text]));
  }
  return { executor: hash.digest('hex'), ...packageVersions(closure.packages) };
}

/** Versions of the packages that are installed; a specifier that only looks like one in a text is left out. */
function packageVersions(packages: ReadonlySet<string>): Record<string, string> {
  const require = createRequire(import.meta.url);
  const versions: Record<string, string> = {};
  for (const name of [...packages].sort()) {
    try {
      versions[name] = (require(`${name}/package.json`) as { version: string }).version;
    } catch {
      // Not installed, or its package.json is not exported: then its version is not known here.
    }
  }
  return versions;
}

function digestOfFunctions(implementation: Implementation): string {
  const text = ['driver', 'executor', 'publisher'].map((part) => String(Reflect.get(implementation, part)));
  return createHash('sha256').update(JSON.stringify(text)).digest('hex');
}
