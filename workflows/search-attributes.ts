import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { OutcomeName } from '../activities/protocol.js';
import type { NodeStatus } from './status.js';

/** By which runs are found in Temporal's list: names and types. */
export const SEARCH_ATTRIBUTES = {
  TfxPipeline: 'KEYWORD',
  TfxOutcome: 'KEYWORD',
  TfxSpan: 'INT',
  TfxModelVersion: 'INT',
} as const;

const pipelineKey = defineSearchAttributeKey('TfxPipeline', 'KEYWORD');
const outcomeKey = defineSearchAttributeKey('TfxOutcome', 'KEYWORD');
const spanKey = defineSearchAttributeKey('TfxSpan', 'INT');
const versionKey = defineSearchAttributeKey('TfxModelVersion', 'INT');

/**
 * Notes how a run ended, its newest span and the version that it pushed, where search attributes are registered. That is
 * known from history, so every replay agrees: a client that found them registered started the run with `TfxPipeline`, or
 * a worker that did said so when a node began.
 */
export function noteOutcome(
  outcome: OutcomeName | 'FAILED' | 'CANCELED',
  nodes: readonly NodeStatus[],
  isSearchable: boolean,
): void {
  const info = workflowInfo();
  const isFound = info.typedSearchAttributes.get(pipelineKey) !== undefined;
  if (!isFound && !isSearchable) return;
  const span = largest(nodes, 'Examples', 'span');
  const version = largest(nodes, 'PushedModel', 'pushed_version');
  upsertSearchAttributes([
    ...(isFound ? [] : [{ key: pipelineKey, value: info.workflowType }]),
    { key: outcomeKey, value: outcome },
    ...(span === undefined ? [] : [{ key: spanKey, value: span }]),
    ...(version === undefined ? [] : [{ key: versionKey, value: version }]),
  ]);
}

/** For the start of a child pipeline: it is found as its parent is. */
export function childSearchAttributes(pipeline: string): { readonly typedSearchAttributes?: SearchAttributePair[] } {
  if (workflowInfo().typedSearchAttributes.get(pipelineKey) === undefined) return {};
  return { typedSearchAttributes: [{ key: pipelineKey, value: pipeline }] };
}

function largest(nodes: readonly NodeStatus[], type: string, property: string): number | undefined {
  const found = nodes
    .flatMap(({ artifacts }) => Object.values(artifacts))
    .filter((artifact) => artifact.type === type)
    .map((artifact) => Number(artifact.properties[property] ?? Number.NaN))
    .filter(Number.isSafeInteger);
  return found.length === 0 ? undefined : Math.max(...found);
}
