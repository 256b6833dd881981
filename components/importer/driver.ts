import { stat } from 'node:fs/promises';
import { PipelineError } from '../../errors/pipeline-error.js';
import { isS3 } from '../../artifacts/s3/address.js';
import { canonicalUri, uriToPath } from '../../artifacts/uri.js';
import { implement } from '../implement.js';
import { Importer } from './contract.js';

/** Names what lies at a place as an artifact. `tfx.begin` finds the one that was imported before, by content. */
export const importer = implement(Importer, {
  driver: async ({ parameters }) => {
    const uri = canonicalUri(parameters.uri);
    try {
      // On S3 there are no folders to look at; `begin` finds the objects or says that there are none.
      if (!isS3(uri)) await stat(uriToPath(uri));
    } catch (cause) {
      throw new PipelineError('IMPORT_SOURCE_MISSING', {
        what: `${parameters.uri} cannot be read.`,
        details: { uri: parameters.uri },
        cause,
      });
    }
    const properties = { ...parameters.properties, is_external: 1 };
    return {
      external: { result: { uri, type: parameters.artifactType, properties } },
      summary: `${parameters.artifactType} from ${uri}`,
    };
  },
});
