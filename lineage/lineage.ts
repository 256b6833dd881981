import type { Artifact } from '../artifacts/artifact.js';
import type { PayloadFile } from '../artifacts/manifest.js';
import { loadFiles } from './artifact-rows.js';
import { beginExecution, persistedAnswer, type BeginFacts } from './begin-execution.js';
import { cacheCandidates, importedArtifacts, type CacheCandidate } from './cached-executions.js';
import { openDatabase, type Database, type DatabaseOptions } from './database.js';
import { reserveExecutionId } from './execution-rows.js';
import { failExecution, type FailFacts } from './fail-execution.js';
import { withFence, type FenceFacts, type FenceHolder } from './fence.js';
import { finishRun, type FinishFacts } from './finish-run.js';
import type { ExecutionIdentity } from './identity.js';
import { publishExecution, type PublishFacts } from './publish-execution.js';
import { lineageReader, type Reader } from './reader.js';
import { TypeRegistry } from './type-registry.js';

/**
 * The lineage store of one Postgres database. Every method that writes is one transaction and idempotent by the
 * execution's identity, so that an activity can be tried again at any point.
 */
export interface Lineage {
  /** Reads for drivers. */
  readonly reader: Reader;
  /** For queries. */
  readonly database: Database;
  persistedAnswer(identity: ExecutionIdentity): Promise<unknown>;
  reserveExecutionId(): Promise<number>;
  cacheCandidates(component: string, fingerprint: string): Promise<readonly CacheCandidate[]>;
  /** An artifact's files, by path. */
  files(artifactId: number): Promise<readonly PayloadFile[]>;
  importedArtifacts(facts: Parameters<typeof importedArtifacts>[1]): Promise<readonly Artifact[]>;
  begin(facts: BeginFacts): Promise<unknown>;
  publish(facts: PublishFacts): Promise<Readonly<Record<string, Artifact>>>;
  fail(facts: FailFacts): Promise<void>;
  finish(facts: FinishFacts): Promise<void>;
  fence<R>(facts: FenceFacts, commit: (previous: FenceHolder<R> | undefined) => Promise<R>): Promise<R>;
  close(): Promise<void>;
}

/** Opens the store; connects with the first query. The database must be migrated. */
export function openLineage(databaseUrl: string, options: DatabaseOptions = {}): Lineage {
  const database = openDatabase(databaseUrl, options);
  const types = new TypeRegistry(database);
  return {
    database,
    reader: lineageReader(database),
    persistedAnswer: (identity) => persistedAnswer(database, identity),
    reserveExecutionId: () => reserveExecutionId(database),
    cacheCandidates: (component, fingerprint) => cacheCandidates(database, component, fingerprint),
    files: (artifactId) => loadFiles(database, artifactId),
    importedArtifacts: (facts) => importedArtifacts(database, facts),
    begin: (facts) => beginExecution(database, types, facts),
    publish: (facts) => publishExecution(database, types, facts),
    fail: (facts) => failExecution(database, types, facts),
    finish: (facts) => finishRun(database, types, facts),
    fence: (facts, commit) => withFence(database, facts, commit),
    close: () => database.close(),
  };
}
