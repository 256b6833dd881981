import type { FeatureDomains, FeatureProto } from '../../../formats/schema.js';

/** The kinds of domain, of which a feature has at most one. */
export type DomainKind = keyof FeatureDomains;

const PROTO_NAMES: Readonly<Record<DomainKind, string>> = {
  domain: 'domain',
  intDomain: 'int_domain',
  floatDomain: 'float_domain',
  stringDomain: 'string_domain',
  boolDomain: 'bool_domain',
  structDomain: 'struct_domain',
  naturalLanguageDomain: 'natural_language_domain',
  imageDomain: 'image_domain',
  midDomain: 'mid_domain',
  urlDomain: 'url_domain',
  timeDomain: 'time_domain',
  timeOfDayDomain: 'time_of_day_domain',
};
const KINDS = Object.keys(PROTO_NAMES) as DomainKind[];

export function domainKind(feature: FeatureProto): DomainKind | undefined {
  return KINDS.find((kind) => feature[kind] !== undefined);
}

/** The domain's field name in the protobuf, e.g. `int_domain`. */
export function domainName(feature: FeatureProto): string {
  const kind = domainKind(feature);
  return kind === undefined ? 'UNSET' : PROTO_NAMES[kind];
}

export function clearDomain(feature: FeatureProto): void {
  for (const kind of KINDS) Reflect.deleteProperty(feature, kind);
}

/** Replaces whatever domain the feature has. */
export function setDomain<K extends DomainKind>(
  feature: FeatureProto,
  kind: K,
  domain: NonNullable<FeatureDomains[K]>,
): void {
  clearDomain(feature);
  Object.assign(feature, { [kind]: domain });
}
