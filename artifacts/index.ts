export { splitFolder, type Artifact, type Channels, type Properties, type PropertyValue } from './artifact.js';
export { filesystemStore } from './filesystem-store.js';
export type { CacheOptions } from './local-cache.js';
export { openStore } from './open-store.js';
export { payloadDigest, type Manifest, type PayloadFile } from './manifest.js';
export { requireUnderRoots } from './roots.js';
export { isS3 } from './s3/address.js';
export type { ArtifactStore, AttemptFolder, CheckMode, LocalPayloads, SealedPayload } from './store.js';
export { pathToUri, uriToPath } from './uri.js';
