import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { Client, OperatorService } from '@temporalio/client';
import type * as search from '../workflows/search-attributes.js';
import { runError } from './run-errors.js';

/** The workflow's own names for them; only their type may be imported here. */
const SEARCH_ATTRIBUTES: typeof search.SEARCH_ATTRIBUTES = {
  TfxPipeline: 'KEYWORD',
  TfxOutcome: 'KEYWORD',
  TfxSpan: 'INT',
  TfxModelVersion: 'INT',
};
/** Temporal's numbers for the types. */
const INDEXED_VALUE_TYPES = { KEYWORD: 2, INT: 3 } as const;

type Name = keyof typeof SEARCH_ATTRIBUTES;
const NAMES = Object.keys(SEARCH_ATTRIBUTES) as readonly Name[];

/**
 * Registers `TfxPipeline`, `TfxOutcome`, `TfxSpan` and `TfxModelVersion` in the client's namespace; those that are there
 * already stay.
 * @returns the names that were added
 * @throws PipelineError TEMPORAL_UNAVAILABLE
 */
export async function registerSearchAttributes(client: Client): Promise<readonly string[]> {
  try {
    const missing = await missingNames(client);
    if (missing.length === 0) return [];
    const searchAttributes = Object.fromEntries(
      missing.map((name) => [name, INDEXED_VALUE_TYPES[SEARCH_ATTRIBUTES[name]]]),
    );
    const { namespace } = client.options;
    await operatorOf(client).addSearchAttributes({ namespace, searchAttributes });
    registered.delete(client);
    return missing;
  } catch (error) {
    throw runError(error, 'search attributes');
  }
}

async function missingNames(client: Client): Promise<readonly Name[]> {
  const { namespace } = client.options;
  const { customAttributes } = await operatorOf(client).listSearchAttributes({ namespace });
  return NAMES.filter((name) => customAttributes[name] === undefined);
}

/** Every connection has it, but the type that clients take does not say so. */
function operatorOf(client: Client): OperatorService {
  const { operatorService } = client.connection as { operatorService?: OperatorService };
  if (operatorService === undefined) throw new TypeError('this connection has no operator service');
  return operatorService;
}

/** Asked once per client: they are registered once for all. */
const registered = new WeakMap<Client, Promise<boolean>>();

/** Whether all are registered. A server that does not say so is taken to have none. */
export function searchAttributesRegistered(client: Client): Promise<boolean> {
  const known = registered.get(client);
  if (known !== undefined) return known;
  const asked = missingNames(client).then(
    (missing) => missing.length === 0,
    () => false,
  );
  registered.set(client, asked);
  return asked;
}

/** What a run is started with, so that it is found by pipeline and notes its outcome; nothing where not registered. */
export async function searchAttributesOf(
  client: Client,
  { pipeline, span }: { readonly pipeline: string | undefined; readonly span?: number | undefined },
): Promise<SearchAttributePair[]> {
  // What is wrong with a run's options is said, all at once, by what checks them: the run itself.
  if (typeof pipeline !== 'string' || !(await searchAttributesRegistered(client))) return [];
  return [
    { key: defineSearchAttributeKey('TfxPipeline', 'KEYWORD'), value: pipeline },
    ...(span === undefined || !Number.isSafeInteger(span)
      ? []
      : [{ key: defineSearchAttributeKey('TfxSpan', 'INT'), value: span }]),
  ];
}
