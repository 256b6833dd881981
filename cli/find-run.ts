import { PipelineError } from '../errors/pipeline-error.js';
import type { Lineage } from '../lineage/index.js';
import { noteEnds } from './note-ends.js';
import type { Session } from './session.js';
import { findRun, listRuns, type RunSummary } from '../lineage/queries/runs.js';

/**
 * A run by its workflow id, its run id or the beginning of that; `latest` is the newest of all, `<pipeline>/latest` of
 * one pipeline.
 * @throws PipelineError NOTHING_FOUND
 */
export async function requireRun(session: Session, name: string): Promise<RunSummary> {
  const { database } = session.lineage();
  const find = (): Promise<RunSummary | undefined> => findNamed(database, name);
  const found = await find();
  const current = found?.state === 'RUNNING' && (await noteEnds(session, found)) ? await find() : found;
  if (current !== undefined) return current;
  throw new PipelineError('NOTHING_FOUND', { what: `Lineage knows no run "${name}".` });
}

async function findNamed(database: Lineage['database'], name: string): Promise<RunSummary | undefined> {
  const pipeline = /^(.+)\/latest$/.exec(name)?.[1];
  if (pipeline === undefined) return await findRun(database, name);
  return (await listRuns(database, { pipeline, limit: 1 }))[0];
}

/** The workflow id of a run by any of its names; a name that lineage does not know yet is taken for one. */
export async function findWorkflowId(session: Session, name: string): Promise<string> {
  try {
    return (await requireRun(session, name)).workflowId;
  } catch (error) {
    if (!name.includes('/') || name.endsWith('/latest')) throw error;
    return name;
  }
}
