import { mkdirSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { PipelineError } from '../errors/pipeline-error.js';
import type { OutputPlace } from './implement.js';

/** A folder that writes cannot leave. @throws URI_OUTSIDE_ROOTS by `file` */
export function outputPlace(folder: string): OutputPlace {
  return {
    path: folder,
    file(relativePath) {
      const file = resolve(folder, relativePath);
      if (!file.startsWith(folder + sep)) {
        throw new PipelineError('URI_OUTSIDE_ROOTS', { what: `${relativePath} leads out of the output's folder.` });
      }
      mkdirSync(dirname(file), { recursive: true });
      return file;
    },
  };
}
