import type {
  FeatureProto,
  SchemaProto,
  SparseFeatureProto,
  StringDomainProto,
  WeightedFeatureProto,
} from '../../../formats/schema.js';
import type { FeaturePath } from './feature-path.js';
import { isDeprecated, isRequired } from './lifecycle.js';

/** Positions of a schema's features and string domains by name, made once and shared by all working copies. */
export interface SchemaIndex {
  readonly features: ReadonlyMap<string, number>;
  readonly domains: ReadonlyMap<string, number>;
}

function positions(items: readonly { name?: string }[] | undefined): Map<string, number> {
  const found = new Map<string, number>();
  for (const [position, { name = '' }] of (items ?? []).entries()) if (!found.has(name)) found.set(name, position);
  return found;
}

export function indexSchema(schema: SchemaProto): SchemaIndex {
  return { features: positions(schema.feature), domains: positions(schema.stringDomain) };
}

/**
 * A copy of a schema that rules change: what they find wrong they also correct, and the corrected copy is the
 * suggestion. Only what is touched is copied.
 */
export class WorkingSchema {
  readonly schema: SchemaProto;
  #index: SchemaIndex;
  readonly #addedFeatures = new Map<string, FeatureProto>();
  readonly #addedDomains = new Map<string, StringDomainProto>();
  readonly #owned = new WeakSet<object>();

  constructor(baseline: SchemaProto, index: SchemaIndex = indexSchema(baseline)) {
    this.schema = { ...baseline };
    this.#index = index;
  }

  /** The feature at a path, free to be changed. */
  feature(path: FeaturePath): FeatureProto | undefined {
    const [name = '', ...rest] = path;
    const top = this.#addedFeatures.get(name) ?? this.#own('feature', this.#index.features.get(name));
    return rest.reduce<FeatureProto | undefined>(
      (parent, step) => parent?.structDomain?.feature?.find((child) => child.name === step),
      top,
    );
  }

  sparseFeature(path: FeaturePath): SparseFeatureProto | undefined {
    const name = path.at(-1);
    if (path.length > 1)
      return this.feature(path.slice(0, -1))?.structDomain?.sparseFeature?.find((sparse) => sparse.name === name);
    return this.#own(
      'sparseFeature',
      this.schema.sparseFeature?.findIndex((sparse) => sparse.name === name),
    );
  }

  weightedFeature(path: FeaturePath): WeightedFeatureProto | undefined {
    if (path.length !== 1) return undefined;
    return this.#own(
      'weightedFeature',
      this.schema.weightedFeature?.findIndex(({ name }) => name === path[0]),
    );
  }

  stringDomain(name: string): StringDomainProto | undefined {
    return this.#addedDomains.get(name) ?? this.#own('stringDomain', this.#index.domains.get(name));
  }

  has(path: FeaturePath): boolean {
    return (this.feature(path) ?? this.sparseFeature(path) ?? this.weightedFeature(path)) !== undefined;
  }

  isDeprecated(path: FeaturePath): boolean {
    const found = this.feature(path) ?? this.sparseFeature(path);
    return found !== undefined && isDeprecated(found);
  }

  addFeature(path: FeaturePath): FeatureProto {
    const feature: FeatureProto = { name: path.at(-1) ?? '' };
    if (path.length > 1) {
      const parent = this.feature(path.slice(0, -1));
      if (parent !== undefined) ((parent.structDomain ??= {}).feature ??= []).push(feature);
      return feature;
    }
    this.schema.feature = this.#ownList('feature');
    this.schema.feature.push(feature);
    this.#owned.add(feature);
    this.#addedFeatures.set(feature.name ?? '', feature);
    return feature;
  }

  /** Adds a string domain; a name that is taken gets a number behind it. */
  addStringDomain(candidate: string): StringDomainProto {
    const taken = (name: string): boolean => this.#index.domains.has(name) || this.#addedDomains.has(name);
    let name = candidate;
    for (let number = 2; taken(name); number++) name = `${candidate}${number}`;
    const domain: StringDomainProto = { name };
    this.schema.stringDomain = this.#ownList('stringDomain');
    this.schema.stringDomain.push(domain);
    this.#owned.add(domain);
    this.#addedDomains.set(name, domain);
    return domain;
  }

  /** Removes a string domain and the references to it. */
  removeStringDomain(name: string): void {
    this.schema.feature = structuredClone(this.schema.feature ?? []);
    const forget = (features: FeatureProto[]): void => {
      for (const feature of features) {
        if (feature.domain === name) delete feature.domain;
        forget(feature.structDomain?.feature ?? []);
      }
    };
    forget(this.schema.feature);
    this.schema.stringDomain = (this.schema.stringDomain ?? []).filter((domain) => domain.name !== name);
    this.#index = indexSchema(this.schema);
    this.#addedFeatures.clear();
    this.#addedDomains.clear();
  }

  /** Features that the data must have but do not, in the order of the schema. */
  missingPaths(
    present: ReadonlySet<string>,
    environment: string | undefined,
    key: (path: FeaturePath) => string,
  ): FeaturePath[] {
    const missing: FeaturePath[] = [];
    const walk = (features: readonly FeatureProto[], prefix: FeaturePath): void => {
      for (const feature of features) {
        const path = [...prefix, feature.name ?? ''];
        if (isRequired(this.schema, feature, environment) && !present.has(key(path))) missing.push(path);
        if (!isDeprecated(feature)) walk(feature.structDomain?.feature ?? [], path);
      }
    };
    walk(this.schema.feature ?? [], []);
    return missing;
  }

  #ownList<K extends 'feature' | 'sparseFeature' | 'weightedFeature' | 'stringDomain'>(
    key: K,
  ): NonNullable<SchemaProto[K]> {
    const list = (this.schema[key] ?? []) as NonNullable<SchemaProto[K]>;
    if (this.#owned.has(list)) return list;
    const copy = [...list] as NonNullable<SchemaProto[K]>;
    this.#owned.add(copy);
    return copy;
  }

  #own<K extends 'feature' | 'sparseFeature' | 'weightedFeature' | 'stringDomain'>(
    key: K,
    position: number | undefined,
  ): NonNullable<SchemaProto[K]>[number] | undefined {
    const found = position === undefined || position < 0 ? undefined : this.schema[key]?.[position];
    if (found === undefined || position === undefined || this.#owned.has(found)) return found;
    const list = this.#ownList(key);
    const copy = structuredClone(found);
    (list as object[])[position] = copy;
    Object.assign(this.schema, { [key]: list });
    this.#owned.add(copy);
    return copy;
  }
}
