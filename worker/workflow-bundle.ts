import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type BundleOptions, DefaultLogger } from '@temporalio/worker';
import { build as esbuild, type BuildFailure } from 'esbuild';
import { PipelineError } from '../errors/pipeline-error.js';
import { lockedVersions } from './locked-versions.js';

/** The workflows of a project, ready for `Worker.create({ workflowBundle })`. */
export interface WorkflowBundle {
  readonly codePath: string;
  /** Every file that went into it, but for packages. */
  readonly sources: readonly string[];
}

const packageRoot = fileURLToPath(new URL('../', import.meta.url));

/** The module by which workflows hand traces on: for `workflowInterceptorModules`. */
export const traceInterceptors = path.join(packageRoot, 'workflows/trace-interceptors.js');

/**
 * Bundles pipelines for the workflow sandbox. esbuild joins the project's files within milliseconds; Temporal's own
 * bundler, which takes seconds, runs only when the result was not seen before.
 * @param folder where bundles are kept
 * @throws PipelineError WORKFLOW_BUNDLE_FAILED
 */
export async function bundleWorkflows(
  pipelines: readonly string[],
  root: string,
  folder: string,
): Promise<WorkflowBundle> {
  const joined = await joinPipelines(pipelines, root);
  const versions = lockedVersions([...joined.packages, '@temporalio/worker'].sort(), packageRoot);
  const hash = createHash('sha256')
    .update(joined.code)
    .update(readFileSync(traceInterceptors))
    .update(JSON.stringify(versions))
    .digest('hex')
    .slice(0, 20);
  const codePath = path.join(folder, `workflows-${hash}.bundle.js`);
  if (!existsSync(codePath)) {
    const entry = path.join(folder, `workflows-${hash}.mjs`);
    writeAtomically(entry, joined.code);
    writeAtomically(codePath, await bundleForSandbox(entry, root));
  }
  return { codePath, sources: joined.sources };
}

/** Hundreds of small files, of which esbuild makes one: Temporal's bundler would nearly double the bundle with them. */
const TYPEBOX = '@sinclair/typebox';
const typeboxEntry = createRequire(import.meta.url)
  .resolve(TYPEBOX)
  .replace(/cjs/, 'esm')
  .replace(/\.js$/, '.mjs');

interface Joined {
  readonly code: string;
  readonly packages: readonly string[];
  readonly sources: readonly string[];
}

/** Workflows that every project has beside its pipelines. */
const STANDARD = `export { driftCheck, retrain } from 'tfx-temporal/workflows';`;

async function joinPipelines(pipelines: readonly string[], root: string): Promise<Joined> {
  const packages = new Set<string>();
  try {
    const result = await esbuild({
      stdin: {
        contents: [...pipelines.map((file) => `export * from ${JSON.stringify(file)};`), STANDARD].join('\n'),
        resolveDir: root,
        sourcefile: 'pipelines.ts',
        loader: 'ts',
      },
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      legalComments: 'none',
      logLevel: 'silent',
      plugins: [
        {
          name: 'packages',
          setup(build) {
            build.onResolve({ filter: /^tfx-temporal(\/workflows)?$/ }, () => ({
              path: path.join(packageRoot, 'workflows/index.js'),
            }));
            build.onResolve({ filter: /^[^./]/ }, ({ path: specifier, kind }) => {
              if (kind === 'entry-point' || path.isAbsolute(specifier)) return undefined;
              if (specifier === TYPEBOX) return { path: typeboxEntry };
              packages.add(specifier);
              return { path: specifier, external: true };
            });
          },
        },
      ],
    });
    const inputs = Object.keys(result.metafile.inputs).filter(
      (input) => input !== 'pipelines.ts' && !input.includes('node_modules'),
    );
    return {
      code: result.outputFiles[0]?.text ?? '',
      packages: [...packages],
      sources: inputs.map((input) => path.resolve(root, input)),
    };
  } catch (error) {
    throw bundleError(error);
  }
}

async function bundleForSandbox(entry: string, root: string): Promise<string> {
  const messages: string[] = [];
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: entry,
      workflowInterceptorModules: [traceInterceptors],
      logger: new DefaultLogger('ERROR', ({ message }) => void messages.push(message)),
      webpackConfigHook: (config) => resolvingFrom(config, [...moduleFolders(root), ...moduleFolders(packageRoot)]),
    });
    return code;
  } catch (error) {
    throw bundleError(error, messages);
  }
}

type WebpackConfiguration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

/** The bundle's folder may lie anywhere, so packages are looked for from the project and from ours. */
function resolvingFrom(config: WebpackConfiguration, folders: readonly string[]): WebpackConfiguration {
  const modules = [...(config.resolve?.modules ?? ['node_modules']), ...folders];
  return { ...config, resolve: { ...config.resolve, modules } };
}

function moduleFolders(from: string): string[] {
  const folders: string[] = [];
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    folders.push(path.join(folder, 'node_modules'));
    if (folder === path.dirname(folder)) return folders.filter((each) => existsSync(each));
  }
}

function bundleError(error: unknown, messages: readonly string[] = []): PipelineError {
  const first = (error as Partial<BuildFailure>).errors?.[0];
  const where = first?.location == null ? '' : `${first.location.file}:${first.location.line}: `;
  const text = first?.text ?? (error instanceof Error ? error.message : String(error));
  const more = messages.length === 0 ? '' : `\n${messages.join('\n').slice(0, 2000)}`;
  return new PipelineError('WORKFLOW_BUNDLE_FAILED', { what: `${where}${text}${more}`, cause: error });
}

function writeAtomically(target: string, text: string): void {
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, target);
}
