import type { Queryable } from './database.js';
import type { TypeRegistry } from './type-registry.js';

/** Ids of the contexts that every execution and output of a node belongs to, named as TFX names them. */
export interface NodeContexts {
  readonly pipeline: number;
  readonly pipelineRun: number;
  readonly node: number;
}

export interface ContextTypes {
  readonly pipeline: number;
  readonly pipelineRun: number;
  readonly node: number;
}

export async function contextTypes(types: TypeRegistry): Promise<ContextTypes> {
  return {
    pipeline: await types.contextType('pipeline'),
    pipelineRun: await types.contextType('pipeline_run'),
    node: await types.contextType('node'),
  };
}

/** Finds or makes the contexts, always in the same order, so that no two transactions wait for each other in a ring. */
export async function ensureContexts(
  transaction: Queryable,
  types: ContextTypes,
  names: { readonly pipeline: string; readonly runId: string; readonly node: string },
): Promise<NodeContexts> {
  const node = `${names.pipeline}.${names.node}`;
  const known = await transaction.query<{ type_id: number; id: number }>(
    `select type_id, id from context
     where (type_id, name) in (($1::int, $2::text), ($3::int, $4::text), ($5::int, $6::text))`,
    [types.pipeline, names.pipeline, types.pipelineRun, names.runId, types.node, node],
  );
  const find = async (typeId: number, name: string): Promise<number> =>
    known.find((row) => row.type_id === typeId)?.id ?? (await ensureContext(transaction, typeId, name));
  return {
    pipeline: await find(types.pipeline, names.pipeline),
    pipelineRun: await find(types.pipelineRun, names.runId),
    node: await find(types.node, node),
  };
}

export async function ensureContext(transaction: Queryable, typeId: number, name: string): Promise<number> {
  const select = 'select id from context where type_id = $1 and name = $2';
  const [found] = await transaction.query<{ id: number }>(select, [typeId, name]);
  if (found !== undefined) return found.id;
  const now = Date.now();
  const [made] = await transaction.query<{ id: number }>(
    `insert into context (type_id, name, create_time_since_epoch, last_update_time_since_epoch)
     values ($1, $2, $3, $3) on conflict (type_id, name) do nothing returning id`,
    [typeId, name, now],
  );
  if (made !== undefined) return made.id;
  const [theirs] = await transaction.query<{ id: number }>(select, [typeId, name]);
  if (theirs === undefined) throw new Error(`context ${name} is neither there nor insertable`);
  return theirs.id;
}

export async function associate(transaction: Queryable, contexts: NodeContexts, executionId: number): Promise<void> {
  await transaction.query(
    'insert into association (context_id, execution_id) select unnest($1::int[]), $2 on conflict do nothing',
    [Object.values(contexts), executionId],
  );
}

export async function attribute(
  transaction: Queryable,
  contexts: NodeContexts,
  artifactIds: readonly number[],
): Promise<void> {
  await transaction.query(
    `insert into attribution (context_id, artifact_id)
     select c, a from unnest($1::int[]) c, unnest($2::int[]) a on conflict do nothing`,
    [Object.values(contexts), [...new Set(artifactIds)]],
  );
}

/** A sub-pipeline's run is a child of its parent's run, as ml-metadata's own tools see it. */
export async function ensureParent(
  transaction: Queryable,
  runType: number,
  contextId: number,
  parentRunId: string,
): Promise<void> {
  const parent = await ensureContext(transaction, runType, parentRunId);
  await transaction.query(
    'insert into parentcontext (context_id, parent_context_id) values ($1, $2) on conflict do nothing',
    [contextId, parent],
  );
}
