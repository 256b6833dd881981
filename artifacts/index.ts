export { splitFolder, type Artifact, type Channels, type Properties, type PropertyValue } from './artifact.js';
export { filesystemStore } from './filesystem-store.js';
export { payloadDigest, type Manifest, type PayloadFile } from './manifest.js';
export { requireUnderRoots } from './roots.js';
export type { ArtifactStore, AttemptFolder, CheckMode, SealedPayload } from './store.js';
export { pathToUri, uriToPath } from './uri.js';
