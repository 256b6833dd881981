import { standardImplementations } from '../components/implementations.js';
import type { ComponentRegistry } from '../activities/runtime.js';
import type { Implementation } from '../components/implement.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { importBundle } from './bundle-user-code.js';
import type { BundleFacts } from './threads/messages.js';

/**
 * Finds implementations by component type: a user's own come before the standard ones.
 * @param bundles gives the files that export implementations, bundled; asked once
 */
export function implementationsOf(bundles: () => Promise<readonly BundleFacts[]>): Required<ComponentRegistry> {
  let own: Promise<ReadonlyMap<string, Own>> | undefined;
  const loadOwn = (): Promise<ReadonlyMap<string, Own>> => (own ??= bundles().then(loadAll));
  return {
    async find(type) {
      const found = (await loadOwn()).get(type);
      if (found !== undefined) return found.implementation;
      const load = Object.hasOwn(standardImplementations, type) ? standardImplementations[type] : undefined;
      if (load === undefined) throw unknown(type);
      return await load();
    },
    async types() {
      return [...new Set([...(await loadOwn()).keys(), ...Object.keys(standardImplementations)])];
    },
    async digest(type) {
      return (await loadOwn()).get(type)?.digest;
    },
  };
}

interface Own {
  readonly implementation: Implementation;
  readonly digest: string;
}

async function loadAll(bundles: readonly BundleFacts[]): Promise<ReadonlyMap<string, Own>> {
  const found = new Map<string, Own>();
  for (const bundle of bundles) {
    const exports = await importBundle(bundle, 'A file of components');
    for (const value of Object.values(exports)) {
      if (isImplementation(value)) found.set(value.contract.type, { implementation: value, digest: bundle.digest });
    }
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
