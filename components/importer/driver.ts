import { stat } from 'node:fs/promises';
import { PipelineError } from '../../errors/pipeline-error.js';
import { pathToUri, uriToPath } from '../../artifacts/uri.js';
import { implement } from '../implement.js';
import { Importer } from './contract.js';

/** Names what lies at a place as an artifact. `tfx.begin` finds the one that was imported before, by content. */
export const importer = implement(Importer, {
  driver: async ({ parameters }) => {
    const folder = uriToPath(parameters.uri);
    try {
      await stat(folder);
    } catch (cause) {
      throw new PipelineError('IMPORT_SOURCE_MISSING', {
        what: `${parameters.uri} cannot be read.`,
        details: { uri: parameters.uri },
        cause,
      });
    }
    const uri = pathToUri(folder);
    const properties = { ...parameters.properties, is_external: 1 };
    return {
      external: { result: { uri, type: parameters.artifactType, properties } },
      summary: `${parameters.artifactType} from ${uri}`,
    };
  },
});
