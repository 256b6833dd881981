export { openLineage, type Lineage } from './lineage.js';
export { migrate, migrationStatus, type MigrationStatus } from './migrate.js';
export type { ExecutionIdentity } from './identity.js';
export type { FenceFacts, FenceHolder } from './fence.js';
export type { Reader } from './reader.js';
