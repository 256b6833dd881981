import { createHash } from 'node:crypto';
import { PipelineError } from '../../errors/pipeline-error.js';
import { existsHttp, readHttp, shownAddress } from './http-files.js';
import { remoteAccess } from './remote-access.js';
import type { RemoteFile, RemoteSource } from './remote-source.js';

/** Files on web servers, which cannot be listed. Their ETags promise too little, so every byte is hashed. */
export const httpSource: RemoteSource = {
  lists: false,
  find: (pattern) => Promise.resolve([requirePlain(pattern)]),
  fingerprint: async (file, signal) => {
    const hash = createHash('sha256');
    for await (const chunk of readHttp(file, remoteAccess(), signal)) hash.update(chunk);
    return hash.digest('hex');
  },
  read,
  exists: (file, signal) => existsHttp(file, remoteAccess(), signal),
  shown: shownAddress,
};

function read(file: string, signal?: AbortSignal): RemoteFile {
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of readHttp(file, remoteAccess(), signal)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { bytes: hashed(), fingerprint: () => hash.digest('hex') };
}

/** A `?` begins a query, so only what cannot be an address's own is taken for a pattern. */
function requirePlain(pattern: string): string {
  const [path = ''] = pattern.split(/[?#]/);
  if (!/\*|\[[^\]]+\]/.test(path.replace(/^https?:\/\/\[[0-9a-f:.]+\]/i, ''))) return pattern;
  throw new PipelineError('INPUT_PATTERN_UNSUPPORTED', {
    what: `${shownAddress(pattern)} has wildcards.`,
    details: { input: shownAddress(pattern) },
  });
}
