import { isDeepStrictEqual } from 'node:util';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { FeatureProto, SchemaProto } from '../../formats/schema.js';
import { domainKind, type DomainKind } from '../example-validator/rules/feature-domain.js';

/** A rule that both sides changed differently. The curated side's rule stands. */
export interface MergeConflict {
  readonly feature: string;
  readonly rule: string;
  readonly curated: unknown;
  readonly inferred: unknown;
}

export interface SchemaMerge {
  readonly schema: SchemaProto;
  readonly conflicts: readonly MergeConflict[];
}

type Rules = Readonly<Record<string, unknown>>;

/** A feature as independent rules: all domains are one rule, all ways of counting values another. */
function rulesOf(schema: SchemaProto, feature: FeatureProto | undefined): Rules | undefined {
  if (feature === undefined) return undefined;
  const kind = domainKind(feature);
  const { shape, valueCount, valueCounts, ...others } = feature;
  const rest = Object.fromEntries(Object.entries(others).filter(([key]) => key !== kind && key !== 'name'));
  const named = kind === 'domain' ? schema.stringDomain?.find(({ name }) => name === feature.domain) : undefined;
  const domain = kind === undefined ? undefined : { kind, value: named ? named.value : feature[kind] };
  const values = shape ?? valueCount ?? valueCounts;
  const counted = values && { shape, valueCount, valueCounts };
  return { ...rest, ...(domain && { domain }), ...(counted && { values: counted }) };
}

/**
 * Brings what newly inferred rules changed since the base into a curated schema. Rules that only one side changed are
 * taken from it; rules that both changed differently are conflicts, where the curated rule stands.
 *
 * @param base the schema that was inferred when the curated one was made; empty when there was none
 */
export function mergeSchemas(base: SchemaProto, curated: SchemaProto, inferred: SchemaProto): SchemaMerge {
  const conflicts: MergeConflict[] = [];
  const merged: SchemaProto = { ...structuredClone(curated), feature: [], stringDomain: [] };
  const find = (schema: SchemaProto, name: string) => schema.feature?.find((feature) => feature.name === name);
  const names = new Set([...(curated.feature ?? []), ...(inferred.feature ?? [])].map(({ name = '' }) => name));
  for (const name of names) {
    const [was, mine, theirs] = [base, curated, inferred].map((schema) => rulesOf(schema, find(schema, name)));
    // A feature that one side removed since the base stays removed.
    if (was !== undefined && (mine === undefined || theirs === undefined)) {
      if (mine !== undefined && !isDeepStrictEqual(mine, was)) addFeature(merged, name, mine);
      continue;
    }
    addFeature(merged, name, mergeRules(name, was ?? {}, mine, theirs, conflicts));
  }
  const used = new Set((merged.feature ?? []).map(({ domain }) => domain));
  const kept = (curated.stringDomain ?? []).filter(({ name }) => !used.has(name) && isUnreferenced(curated, name));
  merged.stringDomain = [...(merged.stringDomain ?? []), ...structuredClone(kept)];
  if (merged.stringDomain.length === 0) delete merged.stringDomain;
  return { schema: merged, conflicts };
}

/** @throws SCHEMA_MERGE_CONFLICT naming the rules */
export function refuseConflicts(conflicts: readonly MergeConflict[]): void {
  if (conflicts.length === 0) return;
  const named = conflicts.slice(0, 10).map(({ feature, rule }) => `${rule} of ${JSON.stringify(feature)}`);
  throw new PipelineError('SCHEMA_MERGE_CONFLICT', {
    what: `${conflicts.length} ${conflicts.length === 1 ? 'rule was' : 'rules were'} changed on both sides: ${named.join(', ').slice(0, 400)}.`,
  });
}

/** A domain that no feature of the curated schema names is its author's own affair and stays. */
function isUnreferenced(schema: SchemaProto, name: string | undefined): boolean {
  return !(schema.feature ?? []).some(({ domain }) => domain === name);
}

function mergeRules(
  feature: string,
  was: Rules,
  mine: Rules | undefined,
  theirs: Rules | undefined,
  conflicts: MergeConflict[],
): Rules {
  if (mine === undefined || theirs === undefined) return mine ?? theirs ?? {};
  const merged: Record<string, unknown> = {};
  for (const rule of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [before, curated, inferred] = [was[rule], mine[rule], theirs[rule]];
    const curatedChanged = !isDeepStrictEqual(curated, before);
    const inferredChanged = !isDeepStrictEqual(inferred, before);
    if (curatedChanged && inferredChanged && !isDeepStrictEqual(curated, inferred))
      conflicts.push({ feature, rule, curated, inferred });
    const chosen = curatedChanged || !inferredChanged ? curated : inferred;
    if (chosen !== undefined) merged[rule] = chosen;
  }
  return merged;
}

function addFeature(schema: SchemaProto, name: string, rules: Rules): void {
  const { domain, values, ...others } = structuredClone(rules) as Record<string, unknown>;
  const feature: FeatureProto = { name, ...others };
  for (const [key, value] of Object.entries((values ?? {}) as Record<string, unknown>))
    if (value !== undefined) Object.assign(feature, { [key]: value });
  if (domain !== undefined) {
    const { kind, value } = domain as { kind: DomainKind; value: unknown };
    if (kind === 'domain') {
      (schema.stringDomain ??= []).push({ name, value: value as string[] });
      feature.domain = name;
    } else Object.assign(feature, { [kind]: value });
  }
  (schema.feature ??= []).push(feature);
}
