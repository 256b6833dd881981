import { standardImplementations } from '../components/implementations.js';
import type { Implementation } from '../components/implement.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { importBundle } from './bundle-user-code.js';
import type { BundleFacts } from './threads/messages.js';

/** Finds implementations by component type: a user's own come before the standard ones. */
export interface Implementations {
  /** @throws PipelineError COMPONENT_UNKNOWN */
  find(type: string): Promise<Implementation>;
  /** Every type that `find` knows. */
  types(): Promise<readonly string[]>;
}

/** @param bundles files that export implementations, already bundled */
export function implementationsOf(bundles: readonly BundleFacts[]): Implementations {
  let own: Promise<ReadonlyMap<string, Implementation>> | undefined;
  const loadOwn = (): Promise<ReadonlyMap<string, Implementation>> => (own ??= loadAll(bundles));
  return {
    async find(type) {
      const found = (await loadOwn()).get(type);
      if (found !== undefined) return found;
      const load = Object.hasOwn(standardImplementations, type) ? standardImplementations[type] : undefined;
      if (load === undefined) throw unknown(type);
      return await load();
    },
    async types() {
      return [...new Set([...(await loadOwn()).keys(), ...Object.keys(standardImplementations)])];
    },
  };
}

async function loadAll(bundles: readonly BundleFacts[]): Promise<ReadonlyMap<string, Implementation>> {
  const found = new Map<string, Implementation>();
  for (const bundle of bundles) {
    const exports = await importBundle(bundle, 'A file of components');
    for (const value of Object.values(exports)) if (isImplementation(value)) found.set(value.contract.type, value);
  }
  return found;
}

function isImplementation(value: unknown): value is Implementation {
  return (
    typeof value === 'object' &&
    value !== null &&
    ('executor' in value || 'driver' in value) &&
    'contract' in value &&
    typeof value.contract === 'object' &&
    value.contract !== null &&
    'type' in value.contract &&
    'outputs' in value.contract
  );
}

function unknown(type: string): PipelineError {
  return new PipelineError('COMPONENT_UNKNOWN', { what: `This worker has no component '${type}'`, details: { type } });
}
