import { filesystemStore } from './filesystem-store.js';
import { LocalCache, type CacheOptions } from './local-cache.js';
import { fetchFromS3, s3Store } from './s3-store.js';
import { isS3 } from './s3/address.js';
import { checkObjects, readPayload } from './s3/payload.js';
import type { ArtifactStore, LocalPayloads } from './store.js';

/**
 * The store whose root is a folder or an `s3://` URI. What lies elsewhere can be read by either: artifacts that were
 * imported, or published before the root was moved.
 */
export function openStore(root: string, cacheOptions: CacheOptions): ArtifactStore {
  const cache = new LocalCache(cacheOptions);
  // Reading from a filesystem needs no root.
  const files = filesystemStore(isS3(root) ? cacheOptions.folder : root);
  const own = isS3(root) ? s3Store(root, cache) : files;
  const withLocal = <T>(work: (local: LocalPayloads) => Promise<T>): Promise<T> =>
    cache.withFolders((newFolder) =>
      own.withLocal((local) =>
        work({
          ...local,
          fetch: (uri, options) => (isS3(uri) ? fetchFromS3(uri, cache, newFolder, options) : files.fetch(uri)),
        }),
      ),
    );
  return {
    ...own,
    withLocal,
    inspect: (uri, options) => (isS3(uri) ? readPayload(uri, undefined, options) : files.inspect(uri, options)),
    check: (uri, list, mode) => (isS3(uri) ? checkObjects(uri, list, mode) : files.check(uri, list, mode)),
  };
}
