import type { FeatureComparatorProto, FeatureProto, LifecycleStage, SchemaProto } from './schema-proto.js';

/** The type of a feature's values, as in a schema. */
export type FeatureKind = 'INT' | 'FLOAT' | 'BYTES';

/** Thresholds beyond which a feature's distribution is an anomaly, compared with earlier or serving data. */
export interface ComparatorOptions {
  /** Largest difference of any value's share, 0 to 1. Strings and categorical numbers only. */
  readonly infinityNorm?: number;
  /** Jensen-Shannon divergence (base 2), 0 to 1. */
  readonly jensenShannon?: number | { readonly threshold: number; readonly source: 'QUANTILES' | 'STANDARD' };
  /** Largest difference of any value's count, divided by both totals. Strings and categorical numbers only. */
  readonly normalizedAbsDifference?: number;
}

export interface FeatureOptions {
  /** Every example has it: the same as `minFraction: 1`. */
  readonly required?: boolean;
  /** Smallest share of examples that have it, 0 to 1. */
  readonly minFraction?: number;
  /** Smallest number of examples that have it. (Default: 1; 0 lets the whole column be absent.) */
  readonly minCount?: number;
  /** How many values an example holds. (Default: exactly one.) */
  readonly values?: { readonly min?: number; readonly max?: number };
  /** A fixed shape, e.g. `[3]` or `[28, 28]`; every example has exactly so many values. */
  readonly shape?: readonly number[];
  readonly drift?: ComparatorOptions;
  readonly skew?: ComparatorOptions;
  /** Environments beside the default ones in which the feature is expected. */
  readonly inEnvironment?: readonly string[];
  /** Environments without the feature, e.g. `['SERVING']` for a label. */
  readonly notInEnvironment?: readonly string[];
  /** PLANNED, ALPHA, DEPRECATED, DEBUG_ONLY and DISABLED features are not validated. */
  readonly lifecycle?: LifecycleStage;
  /** How many distinct values there are. Strings and categorical integers only. */
  readonly unique?: { readonly min?: number; readonly max?: number };
  /** What the feature is, for people. */
  readonly description?: string;
}

export interface StringOptions extends FeatureOptions {
  /** The values that may occur. */
  readonly domain?: readonly string[];
  /** Smallest share of values inside the domain, 0 to 1. (Default: 1.) */
  readonly minDomainMass?: number;
}

export interface NumberOptions extends FeatureOptions {
  readonly min?: number;
  readonly max?: number;
  /** The numbers are names, not amounts: counted like strings. */
  readonly categorical?: boolean;
}

export interface FloatOptions extends NumberOptions {
  readonly disallowNan?: boolean;
  readonly disallowInf?: boolean;
}

export interface BoolOptions extends FeatureOptions {
  /** For booleans written as text. */
  readonly trueValue?: string;
  readonly falseValue?: string;
}

declare const kindOfFeature: unique symbol;
declare const kindsOfSchema: unique symbol;

/** One feature of a curated schema; its name is the key in `defineSchema`. */
export interface FeatureDefinition<K extends FeatureKind = FeatureKind> {
  readonly [kindOfFeature]?: K;
  readonly feature: FeatureProto;
  /** The values of the string domain that bears the feature's name. */
  readonly domain?: readonly string[];
}

/** A schema whose features are known to the type checker. */
export interface CuratedSchema<F extends Readonly<Record<string, FeatureKind>>> extends SchemaProto {
  readonly [kindsOfSchema]?: F;
}

/** The kinds of a curated schema's features by name, e.g. `{ island: 'BYTES', body_mass_g: 'INT' }`. */
export type FeatureKinds<S> = S extends CuratedSchema<infer F> ? F : Readonly<Record<string, FeatureKind>>;

/** The comparator message of options. */
export function comparatorProto(options: ComparatorOptions): FeatureComparatorProto {
  const { infinityNorm, jensenShannon, normalizedAbsDifference } = options;
  return {
    ...(infinityNorm !== undefined && { infinityNorm: { threshold: infinityNorm } }),
    ...(jensenShannon !== undefined && {
      jensenShannonDivergence:
        typeof jensenShannon === 'number'
          ? { threshold: jensenShannon }
          : { threshold: jensenShannon.threshold, source: { type: jensenShannon.source } },
    }),
    ...(normalizedAbsDifference !== undefined && { normalizedAbsDifference: { threshold: normalizedAbsDifference } }),
  };
}

function presenceProto(options: FeatureOptions): FeatureProto {
  const minFraction = options.required === true ? 1 : options.minFraction;
  const minCount = options.minCount ?? 1;
  return minFraction === undefined && minCount === 0
    ? {}
    : { presence: { ...(minFraction !== undefined && { minFraction }), minCount } };
}

/** A required single value has the fixed shape [1], so that it is parsed densely; an optional one has a value count. */
function shapeProto(options: FeatureOptions): FeatureProto {
  if (options.shape !== undefined) return { shape: { dim: options.shape.map((size) => ({ size })) } };
  if (options.values !== undefined) return { valueCount: { ...options.values } };
  const always = options.required === true || options.minFraction === 1;
  return always && options.notInEnvironment === undefined
    ? { shape: { dim: [{ size: 1 }] } }
    : { valueCount: { min: 1, max: 1 } };
}

function featureProto(type: FeatureKind, options: FeatureOptions, domain: FeatureProto): FeatureProto {
  return {
    ...shapeProto(options),
    type,
    ...domain,
    ...presenceProto(options),
    ...(options.drift && { driftComparator: comparatorProto(options.drift) }),
    ...(options.skew && { skewComparator: comparatorProto(options.skew) }),
    ...(options.inEnvironment && { inEnvironment: [...options.inEnvironment] }),
    ...(options.notInEnvironment && { notInEnvironment: [...options.notInEnvironment] }),
    ...(options.lifecycle && { lifecycleStage: options.lifecycle }),
    // Without a maximum TFDV takes 0 for it.
    ...(options.unique && { uniqueConstraints: { min: 0, max: Number.MAX_SAFE_INTEGER, ...options.unique } }),
    ...(options.description !== undefined && { annotation: { comment: [options.description] } }),
  };
}

/** A text feature. */
export function string(options: StringOptions = {}): FeatureDefinition<'BYTES'> {
  const mass = options.minDomainMass;
  const feature = featureProto('BYTES', options, {
    ...(mass !== undefined && { distributionConstraints: { minDomainMass: mass } }),
  });
  return options.domain === undefined ? { feature } : { feature, domain: options.domain };
}

/** A whole-number feature (int64). */
export function int(options: NumberOptions = {}): FeatureDefinition<'INT'> {
  const { min, max, categorical } = options;
  const intDomain = bounds({ min, max, isCategorical: categorical });
  return { feature: featureProto('INT', options, intDomain === undefined ? {} : { intDomain }) };
}

/** A number feature (float32). */
export function float(options: FloatOptions = {}): FeatureDefinition<'FLOAT'> {
  const { min, max, categorical, disallowNan, disallowInf } = options;
  const floatDomain = bounds({ min, max, disallowNan, disallowInf, isCategorical: categorical });
  return { feature: featureProto('FLOAT', options, floatDomain === undefined ? {} : { floatDomain }) };
}

/** A boolean: the integers 0 and 1, or two texts when `trueValue` or `falseValue` is given. */
export function bool(options: BoolOptions & { readonly trueValue: string }): FeatureDefinition<'BYTES'>;
export function bool(options?: FeatureOptions): FeatureDefinition<'INT'>;
export function bool(options: BoolOptions = {}): FeatureDefinition {
  const boolDomain = bounds({ trueValue: options.trueValue, falseValue: options.falseValue }) ?? {};
  const asText = options.trueValue !== undefined || options.falseValue !== undefined;
  return { feature: featureProto(asText ? 'BYTES' : 'INT', options, { boolDomain }) };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what is given, or undefined when nothing is. */
function bounds<T extends object>(options: T): Given<T> | undefined {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Given<T>);
}
