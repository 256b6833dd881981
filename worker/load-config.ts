import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkParameters, type ParameterSchema } from '../components/parameters.js';
import { isS3, type CacheOptions } from '../artifacts/index.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { statePaths } from '../local/state.js';
import { bundleUserCode, importBundle } from './bundle-user-code.js';
import type { ResourceLimits, TelemetryOptions, TfxConfig } from './config.js';

/** A project's configuration with every path absolute. */
export interface LoadedConfig {
  /** The configuration file and everything it imports: a change of any asks for a new worker. */
  readonly sources: readonly string[];
  /** The folder of the configuration file. */
  readonly root: string;
  readonly pipelines: readonly string[];
  readonly modules: Readonly<Record<string, string>>;
  readonly components: readonly string[];
  /** A URI, e.g. `file:///…/artifacts` or `s3://bucket/prefix`. */
  readonly artifactRoot: string;
  readonly artifactCache: CacheOptions;
  readonly destinations: readonly string[];
  readonly inputRoots?: readonly string[];
  readonly resources: ResourceLimits;
  readonly telemetry: TelemetryOptions;
  readonly taskQueue: string;
  readonly heavy: boolean;
}

const NAMES = ['tfx.config.ts', 'tfx.config.mts', 'tfx.config.js', 'tfx.config.mjs'];

/** @throws PipelineError CONFIG_NOT_FOUND */
export function findConfig(from: string = process.cwd()): string {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const found = NAMES.map((name) => path.join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (folder === path.dirname(folder)) {
      throw new PipelineError('CONFIG_NOT_FOUND', { what: `No tfx.config.ts in ${path.resolve(from)} or above it` });
    }
  }
}

/**
 * Loads a project's configuration.
 * @param file the configuration file; found from the current folder upward when left out
 * @throws PipelineError CONFIG_NOT_FOUND, CONFIG_INVALID, MODULE_BUNDLE_FAILED, MODULE_LOAD_FAILED
 */
export async function loadConfig(file: string = findConfig()): Promise<LoadedConfig> {
  const paths = statePaths();
  const bundle = await bundleUserCode(path.resolve(file), paths.bundles);
  const exports = await importBundle(bundle, path.basename(file));
  const config = checkedConfig(file, exports['default'] ?? exports['config']);
  const root = path.dirname(path.resolve(file));
  const absolute = (relative: string): string => path.resolve(root, relative);
  const place = (given: string): string => placeIn(root, given);
  return {
    sources: bundle.sources,
    root,
    pipelines: config.pipelines.map((pipeline) => existing(file, 'pipelines', absolute(pipeline))),
    modules: Object.fromEntries(
      Object.entries(config.modules ?? {}).map(([name, module]) => [
        name,
        existing(file, `modules.${name}`, absolute(module)),
      ]),
    ),
    components: (config.components ?? []).map((component) => existing(file, 'components', absolute(component))),
    artifactRoot: rootUri(config.artifactRoot ?? process.env['TFX_TEMPORAL_ARTIFACT_ROOT'] ?? paths.artifacts, root),
    artifactCache: cacheOptions(config.artifactCache, root),
    destinations: config.destinations?.map(place) ?? [root, tmpdir()],
    ...(config.inputRoots === undefined ? {} : { inputRoots: config.inputRoots.map(place) }),
    resources: config.resources ?? {},
    telemetry: config.telemetry ?? {},
    taskQueue: config.taskQueue ?? 'tfx',
    heavy: config.heavy ?? true,
  };
}

/** A folder becomes a `file:` URI; other URIs stay. */
export function rootUri(location: string, folder: string): string {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location) ? location : pathToFileURL(path.resolve(folder, location)).href;
}

const DEFAULT_CACHE_MIB = 10_240;

/** @param root what a relative folder is relative to */
export function cacheOptions(
  { folder, maxMiB = DEFAULT_CACHE_MIB }: Partial<CacheOptions> = {},
  root: string,
): CacheOptions {
  return { folder: folder === undefined ? statePaths().cache : path.resolve(root, folder), maxMiB };
}

/** A root for inputs or destinations: a folder becomes absolute, an `s3://` URI stays. */
export function placeIn(folder: string, given: string): string {
  return isS3(given) ? given : path.resolve(folder, given);
}

const strings: ParameterSchema = { type: 'array', items: { type: 'string', minLength: 1 } };
const positive: ParameterSchema = { type: 'integer', minimum: 1 };
const SCHEMA: ParameterSchema = {
  type: 'object',
  required: ['pipelines'],
  properties: {
    pipelines: strings,
    modules: { type: 'object', additionalProperties: { type: 'string', minLength: 1 } },
    components: strings,
    artifactRoot: { type: 'string', minLength: 1 },
    artifactCache: { type: 'object', properties: { folder: { type: 'string', minLength: 1 }, maxMiB: positive } },
    destinations: strings,
    inputRoots: strings,
    resources: { type: 'object', properties: { threads: positive, memoryLimitMiB: positive, heavySlots: positive } },
    telemetry: {
      type: 'object',
      properties: {
        metrics: { type: 'string', minLength: 3 },
        health: { type: 'string', minLength: 3 },
        logs: { type: 'string', enum: ['text', 'json'] },
      },
    },
    taskQueue: { type: 'string', minLength: 1 },
    heavy: { type: 'boolean' },
  },
};

function checkedConfig(file: string, exported: unknown): TfxConfig {
  if (exported === undefined) {
    throw new PipelineError('CONFIG_INVALID', {
      what: `${file} has no default export`,
      fix: 'Write `export default defineConfig({ … })`.',
    });
  }
  const { values, problems } = checkParameters(SCHEMA, exported);
  if (problems.length > 0) throw new PipelineError('CONFIG_INVALID', { what: `${file}: ${problems.join('; ')}` });
  return values as unknown as TfxConfig;
}

function existing(config: string, name: string, file: string): string {
  if (existsSync(file)) return file;
  throw new PipelineError('CONFIG_INVALID', { what: `${config}: ${name} names ${file}, which does not exist` });
}
