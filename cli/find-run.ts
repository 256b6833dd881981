import { PipelineError } from '../errors/pipeline-error.js';
import type { Lineage } from '../lineage/index.js';
import type { Session } from './session.js';
import { findRun, listRuns, type RunSummary } from '../lineage/queries/runs.js';

/**
 * A run by its workflow id, its run id or the beginning of that; `latest` is the newest of all, `<pipeline>/latest` of
 * one pipeline.
 * @throws PipelineError NOTHING_FOUND
 */
export async function requireRun({ database }: Lineage, name: string): Promise<RunSummary> {
  const pipeline = /^(.+)\/latest$/.exec(name)?.[1];
  const found =
    pipeline === undefined ? await findRun(database, name) : (await listRuns(database, { pipeline, limit: 1 }))[0];
  if (found !== undefined) return found;
  throw new PipelineError('NOTHING_FOUND', { what: `Lineage knows no run "${name}".` });
}

/** The workflow id of a run by any of its names; a name that lineage does not know yet is taken for one. */
export async function findWorkflowId(session: Session, name: string): Promise<string> {
  try {
    return (await requireRun(session.lineage(), name)).workflowId;
  } catch (error) {
    if (!name.includes('/') || name.endsWith('/latest')) throw error;
    return name;
  }
}
