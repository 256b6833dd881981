import type { ParameterSchema } from '../components/parameters.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { statePaths } from '../local/state.js';
import { bundleUserCode, importBundle } from './bundle-user-code.js';

/** A pipeline as its file exports it. */
export interface PipelineFacts {
  readonly name: string;
  readonly file: string;
  readonly parameters: ParameterSchema;
}

/**
 * The pipelines of a project, by loading its files outside of the sandbox.
 * @throws PipelineError CONFIG_INVALID when two files export the same name
 */
export async function loadPipelines(files: readonly string[]): Promise<PipelineFacts[]> {
  const found = new Map<string, PipelineFacts>();
  for (const file of files) {
    const bundle = await bundleUserCode(file, statePaths().bundles);
    for (const [name, value] of Object.entries(await importBundle(bundle, file))) {
      if (!isPipeline(value)) continue;
      if (RESERVED.has(name)) {
        throw new PipelineError('CONFIG_INVALID', {
          what: `${file} exports a pipeline '${name}', which is the name of a workflow that every worker has`,
          fix: 'Rename it; `retrain` and `driftCheck` of tfx-temporal need not be exported.',
        });
      }
      const earlier = found.get(name);
      if (earlier !== undefined && earlier.file !== file) {
        throw new PipelineError('CONFIG_INVALID', {
          what: `${earlier.file} and ${file} both export a pipeline '${name}'`,
          fix: 'Rename one of them: a pipeline is known by the name under which it is exported.',
        });
      }
      found.set(name, { name, file, parameters: value.parameters });
    }
  }
  return [...found.values()];
}

/** The bundle has these beside the project's pipelines, and would silently win. */
const RESERVED: ReadonlySet<string> = new Set(['retrain', 'driftCheck']);

function isPipeline(value: unknown): value is { readonly parameters: ParameterSchema } {
  return typeof value === 'function' && 'parameters' in value && typeof value.parameters === 'object';
}
