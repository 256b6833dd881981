import { PipelineError } from '../errors/pipeline-error.js';
import type { ExecutionView } from '../lineage/queries/executions.js';
import type { Repeat, RepeatedNode } from '../workflows/run-options.js';

/** The facts of one node of a run that a repetition is planned from. */
export type RepeatableNode = Pick<ExecutionView, 'node' | 'state' | 'inputs' | 'outputs'>;

export interface RepeatBounds {
  /** Nodes to run again, with all that takes their outputs. */
  readonly from: readonly string[];
  /** Nodes to stop at; without it everything after `from` runs. */
  readonly to?: readonly string[];
}

type Plan = Pick<Repeat, 'nodes' | 'leaveOut'>;

/**
 * What a partial run does with each node, as TFX does it: descendants of `from` that are ancestors of `to` run, both
 * included; of all others what the earlier run did is taken over. `from` runs without the cache.
 * @throws PipelineError NODE_UNKNOWN, RERUN_RANGE_EMPTY
 */
export function planRepeat(nodes: readonly RepeatableNode[], { from, to }: RepeatBounds): Plan {
  const names = nodes.map(({ node }) => node);
  for (const name of [...from, ...(to ?? [])]) {
    if (!names.includes(name)) {
      throw new PipelineError('NODE_UNKNOWN', {
        what: `The run has no node "${name}"; it has ${names.join(', ') || 'none'}.`,
        details: { node: name },
      });
    }
  }
  const links = linksOf(nodes);
  const after = reach(from, (node) => links.filter((link) => link.from === node).map((link) => link.to));
  const before =
    to === undefined
      ? undefined
      : reach(to, (node) => links.filter((link) => link.to === node).map((link) => link.from));
  const runs = (node: string): boolean => after.has(node) && before?.has(node) !== false;
  if (!names.some(runs)) {
    throw new PipelineError('RERUN_RANGE_EMPTY', {
      what: `${(to ?? []).join(', ')} takes nothing that comes from ${from.join(', ')}.`,
      details: { from, to },
    });
  }
  const plan: Record<string, RepeatedNode> = {};
  for (const { node, state } of nodes) {
    if (runs(node)) plan[node] = from.includes(node) ? 'again' : 'run';
    else if (!after.has(node) && isDone(state)) plan[node] = 'reuse';
  }
  const leaveOut = names.filter((node) => after.has(node) && !runs(node));
  return { nodes: plan, ...(leaveOut.length === 0 ? {} : { leaveOut }) };
}

/**
 * What a retry does: nodes that ended well are taken over, unless they take an output of one that did not.
 * @throws PipelineError RUN_NOT_FAILED when all ended well
 */
export function planRetry(nodes: readonly RepeatableNode[]): Plan {
  const open = nodes.filter(({ state }) => !isDone(state)).map(({ node }) => node);
  const links = linksOf(nodes);
  const after = reach(open, (node) => links.filter((link) => link.from === node).map((link) => link.to));
  const reused = nodes.filter(({ node }) => !after.has(node)).map(({ node }) => [node, 'reuse'] as const);
  return { nodes: Object.fromEntries(reused) };
}

const isDone = (state: RepeatableNode['state']): boolean => state === 'COMPLETE' || state === 'CACHED';

interface Link {
  readonly from: string;
  readonly to: string;
}

/** `to` takes an artifact that `from` gave. */
function linksOf(nodes: readonly RepeatableNode[]): Link[] {
  const givers = new Map<number, string[]>();
  for (const { node, outputs } of nodes) {
    for (const { id } of Object.values(outputs).flat()) givers.set(id, [...(givers.get(id) ?? []), node]);
  }
  return nodes.flatMap(({ node, inputs }) =>
    Object.values(inputs)
      .flat()
      .flatMap(({ id }) => givers.get(id) ?? [])
      .filter((from) => from !== node)
      .map((from) => ({ from, to: node })),
  );
}

/** Everything that can be reached, with the start. */
function reach(start: readonly string[], next: (node: string) => readonly string[]): Set<string> {
  const seen = new Set(start);
  const queue = [...start];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const other of next(node)) {
      if (seen.has(other)) continue;
      seen.add(other);
      queue.push(other);
    }
  }
  return seen;
}
