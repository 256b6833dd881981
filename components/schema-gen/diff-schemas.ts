import type { FeatureProto, SchemaProto } from '../../formats/schema.js';
import { describeRules } from './describe-rules.js';

/** One difference between two schemas. */
export interface SchemaChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly feature: string;
  /** The rule that changed, e.g. `presence`; undefined for a whole feature. */
  readonly rule?: string;
  readonly before?: string;
  readonly after?: string;
  /** The change as a sentence. */
  readonly words: string;
}

const byName = (schema: SchemaProto): Map<string, FeatureProto> =>
  new Map((schema.feature ?? []).map((feature) => [feature.name ?? '', feature] as const));

/** What changed from one schema to another, feature by feature and rule by rule, in words. */
export function diffSchemas(before: SchemaProto, after: SchemaProto): SchemaChange[] {
  const [old, recent] = [byName(before), byName(after)];
  const changes: SchemaChange[] = [];
  for (const [name, feature] of recent) {
    const earlier = old.get(name);
    if (earlier === undefined) {
      const rules = [...describeRules(after, feature)].map(([rule, text]) => `${rule}: ${text}`).join('; ');
      changes.push({ kind: 'added', feature: name, after: rules, words: `Feature "${name}" is new (${rules}).` });
    } else changes.push(...diffFeatures(name, describeRules(before, earlier), describeRules(after, feature)));
  }
  for (const name of old.keys())
    if (!recent.has(name)) changes.push({ kind: 'removed', feature: name, words: `Feature "${name}" is gone.` });
  return changes;
}

function diffFeatures(
  feature: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): SchemaChange[] {
  const changes: SchemaChange[] = [];
  for (const rule of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(rule), after.get(rule)];
    if (was === is) continue;
    const words = `Feature "${feature}": ${rule} was ${was ?? 'not set'}, is ${is ?? 'not set'}.`;
    changes.push({
      kind: 'changed',
      feature,
      rule,
      words,
      ...(was !== undefined && { before: was }),
      ...(is !== undefined && { after: is }),
    });
  }
  return changes;
}
