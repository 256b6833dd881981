import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BuildFailure, Metafile, Plugin } from 'esbuild';
import { PipelineError } from '../errors/pipeline-error.js';
import { ownStamp, readNote, stampOf, writeAtomically } from './bundle-notes.js';
import { lockedVersions } from './locked-versions.js';

/** A user's file with all its own imports, as one file that Node can load. */
export interface UserBundle {
  /** sha256 (hex) of the code and the locked versions of the packages that it imports. */
  readonly digest: string;
  /** Where the loadable file lies; its name carries the digest, so that equal code is one file. */
  readonly url: string;
  /** The files it was made from: a change of any makes another bundle. */
  readonly sources: readonly string[];
}

/** Our own compiled root: `tfx-temporal` in a user's file is this very copy. */
const packageRoot = new URL('../', import.meta.url);

/**
 * Bundles a file of user code: its own relative imports are inlined, packages stay imports. One that was bundled before,
 * and of which nothing has changed since, is found without starting the bundler.
 * @param folder where the bundle is written
 * @throws PipelineError MODULE_BUNDLE_FAILED
 */
export async function bundleUserCode(file: string, folder: string): Promise<UserBundle> {
  const noteFile = path.join(folder, `${path.parse(file).name}-${pathHash(file)}.json`);
  const note = readNote(noteFile);
  if (note?.stamp === stampOf(note?.sources ?? []) && note.maker === makerOf(note.packages, file)) {
    const target = targetOf(file, folder, note.digest);
    if (existsSync(target)) return { digest: note.digest, url: pathToFileURL(target).href, sources: note.sources };
  }
  return await makeBundle(file, folder, noteFile);
}

async function makeBundle(file: string, folder: string, noteFile: string): Promise<UserBundle> {
  const began = Date.now();
  const imported = new Set<string>();
  const { code, sources } = await runEsbuild(file, collectPackages(imported), false);
  const stamp = stampOf(sources);
  const packages = [...imported].sort();
  const hash = createHash('sha256').update(code);
  for (const [name, version] of lockedVersions(packages, path.dirname(file))) hash.update(`\n${name}@${version}`);
  const digest = hash.digest('hex');
  const target = targetOf(file, folder, digest);
  if (!existsSync(target)) {
    const loadable = await runEsbuild(file, resolvePackages(), true);
    writeAtomically(target, loadable.code);
  }
  if (isOlder(sources, began)) {
    writeAtomically(noteFile, JSON.stringify({ digest, sources, packages, stamp, maker: makerOf(packages, file) }));
  }
  return { digest, url: pathToFileURL(target).href, sources };
}

/** The file system's clock is that much coarser than ours, in milliseconds. */
const CLOCK_MS = 50;

/** Whether no file was changed while it was bundled: only then does its time say what was bundled. */
const isOlder = (files: readonly string[], began: number): boolean =>
  files.every((file) => (statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0) < began - CLOCK_MS);

const makerOf = (packages: readonly string[], file: string): string =>
  JSON.stringify([ownStamp(), process.version, lockedVersions(packages, path.dirname(file))]);

/** Its name carries the digest, so that equal code is one file. */
const targetOf = (file: string, folder: string, digest: string): string =>
  path.join(folder, `${path.parse(file).name}-${pathHash(file)}-${digest.slice(0, 16)}.mjs`);

/** Packages are resolved from the user's own folder, so equal code of two projects is two files. */
const pathHash = (file: string): string => createHash('sha256').update(file).digest('hex').slice(0, 8);

interface Built {
  readonly code: string;
  readonly sources: readonly string[];
}

async function runEsbuild(file: string, plugin: Plugin, loadable: boolean): Promise<Built> {
  try {
    // Loaded only here: most commands find all bundles made.
    const { build } = await import('esbuild');
    const result = await build({
      entryPoints: [file],
      // Paths in the output are relative to this, so the digest does not depend on where the project lies.
      absWorkingDir: path.dirname(file),
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      legalComments: 'none',
      logLevel: 'silent',
      sourcemap: loadable ? 'inline' : false,
      sourcesContent: false,
      plugins: loadable ? [plugin, keepFileUrls()] : [plugin],
    });
    return { code: result.outputFiles[0]?.text ?? '', sources: sourcesOf(result.metafile, path.dirname(file)) };
  } catch (error) {
    throw bundleError(file, error);
  }
}

function sourcesOf(metafile: Metafile, folder: string): string[] {
  return Object.keys(metafile.inputs).map((input) => path.resolve(folder, input.replace(/^[a-z-]+:/, '')));
}

function bundleError(file: string, error: unknown): PipelineError {
  const first = (error as Partial<BuildFailure>).errors?.[0];
  const location = first?.location;
  const where = location == null ? file : `${location.file}:${location.line}:${location.column}`;
  return new PipelineError('MODULE_BUNDLE_FAILED', {
    what: `${where}: ${first?.text ?? String(error)}`,
    details: { file },
    cause: error,
  });
}

const isBare = (specifier: string): boolean => !specifier.startsWith('.') && !path.isAbsolute(specifier);
const isBuiltin = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier);

function collectPackages(imported: Set<string>): Plugin {
  return {
    name: 'collect-packages',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path: specifier, kind }) => {
        if (kind === 'entry-point' || !isBare(specifier)) return undefined;
        if (!isBuiltin(specifier)) imported.add(packageOf(specifier));
        return { path: specifier, external: true };
      });
    },
  };
}

/** `@scope/name/sub` belongs to package `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The bundle lies outside of the project, so its packages are imported by the URLs that they have there. */
function resolvePackages(): Plugin {
  return {
    name: 'resolve-packages',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path: specifier, kind, resolveDir, pluginData }) => {
        if (kind === 'entry-point' || !isBare(specifier) || pluginData === RESOLVING) return undefined;
        if (isBuiltin(specifier)) return { path: specifier, external: true };
        const ours = ownEntry(specifier);
        if (ours !== undefined) return { path: ours, external: true };
        const found = await build.resolve(specifier, { kind, resolveDir, pluginData: RESOLVING });
        if (found.errors.length > 0) return { errors: found.errors };
        return { path: pathToFileURL(found.path).href, external: true };
      });
    },
  };
}

const RESOLVING = Symbol('resolving');

function ownEntry(specifier: string): string | undefined {
  if (packageOf(specifier) !== 'tfx-temporal') return undefined;
  const manifest = JSON.parse(readFileSync(new URL('../package.json', packageRoot), 'utf8')) as {
    exports: Record<string, { default: string } | string>;
  };
  const entry = manifest.exports[`.${specifier.slice('tfx-temporal'.length)}`];
  const relative = typeof entry === 'string' ? entry : entry?.default;
  return relative === undefined ? undefined : new URL(relative.replace('./dist/', ''), packageRoot).href;
}

/** `import.meta.url` in a bundled file stays the URL of the file that it was written in. */
function keepFileUrls(): Plugin {
  return {
    name: 'keep-file-urls',
    setup(build) {
      build.onLoad({ filter: /\.[mc]?[jt]sx?$/ }, ({ path: file }) => {
        const source = readFileSync(file, 'utf8');
        if (!source.includes('import.meta.url')) return undefined;
        const contents = source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href));
        return { contents, loader: /\.[mc]?tsx?$/.test(file) ? (file.endsWith('x') ? 'tsx' : 'ts') : 'js' };
      });
    },
  };
}

/** Imports a bundle. @throws PipelineError MODULE_LOAD_FAILED */
export async function importBundle(
  bundle: Pick<UserBundle, 'url'>,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(bundle.url)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof Error && error.name === 'PipelineError') throw error;
    throw new PipelineError('MODULE_LOAD_FAILED', {
      what: `${name} failed while loading: ${error instanceof Error ? error.message : String(error)}`,
      details: { name, file: fileURLToPath(bundle.url) },
      cause: error,
    });
  }
}
