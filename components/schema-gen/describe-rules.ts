import type { FeatureComparatorProto, FeatureProto, SchemaProto } from '../../formats/schema.js';
import { domainKind } from '../example-validator/rules/feature-domain.js';

/** Each rule of a feature as a sentence fragment, by the rule's name. Equal rules have equal texts. */
export type RuleTexts = ReadonlyMap<string, string>;

const percent = (fraction: number): string => `${Number((fraction * 100).toPrecision(6))} %`;

/** The rules of a feature in words: type, presence, number of values, domain, comparators, environments, stage. */
export function describeRules(schema: SchemaProto, feature: FeatureProto): RuleTexts {
  const rules = new Map<string, string>();
  const say = (name: string, text: string | undefined): void => {
    if (text !== undefined && text !== '') rules.set(name, text);
  };
  say('type', feature.type);
  say('presence', presence(feature));
  say('values', values(feature));
  say('domain', domain(schema, feature));
  say(
    'domain mass',
    feature.distributionConstraints &&
      `at least ${percent(feature.distributionConstraints.minDomainMass ?? 1)} inside the domain`,
  );
  say(
    'distinct values',
    feature.uniqueConstraints && `${feature.uniqueConstraints.min ?? 0} to ${feature.uniqueConstraints.max ?? 0}`,
  );
  say('drift', comparator(feature.driftComparator));
  say('skew', comparator(feature.skewComparator));
  say('environments', environments(feature));
  say('stage', feature.deprecated === true ? 'DEPRECATED' : feature.lifecycleStage);
  return rules;
}

function presence({ presence: rule }: FeatureProto): string | undefined {
  if (rule === undefined) return undefined;
  const parts = [
    rule.minFraction === undefined ? '' : `in at least ${percent(rule.minFraction)} of examples`,
    rule.minCount === undefined ? '' : `in at least ${rule.minCount} ${rule.minCount === 1 ? 'example' : 'examples'}`,
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

function values({ shape, valueCount, valueCounts }: FeatureProto): string | undefined {
  if (shape) return `shape [${(shape.dim ?? []).map(({ size }) => size).join(', ')}]`;
  const range = ({ min, max }: { min?: number; max?: number }): string =>
    min !== undefined && min === max ? `exactly ${min}` : `${min ?? 0} to ${max ?? 'any number'}`;
  if (valueCounts) return `per level ${(valueCounts.valueCount ?? []).map(range).join(', ')}`;
  const one = valueCount?.min === 1 && valueCount.max === 1;
  return valueCount && `${range(valueCount)} ${one ? 'value' : 'values'} per example`;
}

/** The texts that a feature may have, where they are listed. */
export function listedValues(schema: SchemaProto, feature: FeatureProto): readonly string[] | undefined {
  const named = schema.stringDomain?.find(({ name }) => name === feature.domain);
  return feature.stringDomain?.value ?? named?.value;
}

function domain(schema: SchemaProto, feature: FeatureProto): string | undefined {
  const kind = domainKind(feature);
  if (kind === undefined) return undefined;
  const texts = listedValues(schema, feature);
  if (texts) return `one of ${texts.map((text) => JSON.stringify(text)).join(', ')}`;
  const range = feature.intDomain ?? feature.floatDomain;
  if (range === undefined) return kind;
  const bounds = `from ${range.min ?? 'any'} to ${range.max ?? 'any'}`;
  const extras = Object.entries(range)
    .filter(([name, on]) => on === true && name !== 'min')
    .map(([name]) => name);
  return [kind, bounds, ...extras].join(' ');
}

function comparator(rule: FeatureComparatorProto | undefined): string | undefined {
  if (rule === undefined) return undefined;
  const { infinityNorm, jensenShannonDivergence, normalizedAbsDifference } = rule;
  const part = (name: string, threshold: number | undefined): string =>
    threshold === undefined ? '' : `${name} at most ${threshold}`;
  return [
    part('L-infinity', infinityNorm?.threshold),
    part('Jensen-Shannon divergence', jensenShannonDivergence?.threshold),
    part('normalized absolute difference', normalizedAbsDifference?.threshold),
  ]
    .filter((text) => text !== '')
    .join(', ');
}

function environments({ inEnvironment = [], notInEnvironment = [] }: FeatureProto): string | undefined {
  const parts = [
    inEnvironment.length > 0 ? `in ${inEnvironment.join(', ')}` : '',
    notInEnvironment.length > 0 ? `not in ${notInEnvironment.join(', ')}` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}
