import type { FeatureProto, SchemaProto } from '../../formats/schema.js';
import { describeRules, listedValues } from './describe-rules.js';

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
    } else {
      const found = diffFeatures(name, describeRules(before, earlier), describeRules(after, feature));
      const values = valueChanges(listedValues(before, earlier), listedValues(after, feature));
      changes.push(...found.map((change) => (change.rule === 'domain' ? inValues(change, values) : change)));
    }
  }
  for (const name of old.keys())
    if (!recent.has(name)) changes.push({ kind: 'removed', feature: name, words: `Feature "${name}" is gone.` });
  return changes;
}

const MOST_VALUES = 20;

/** What a list of values gained and lost, in words; undefined where either side lists none. */
function valueChanges(before: readonly string[] | undefined, after: readonly string[] | undefined): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const beyond = (one: readonly string[], other: readonly string[]): string[] => {
    const known = new Set(other);
    return one.filter((value) => !known.has(value));
  };
  const say = (verb: string, values: readonly string[]): string[] => {
    if (values.length === 0) return [];
    const shown = values.slice(0, MOST_VALUES).map((value) => JSON.stringify(value));
    const more = values.length > shown.length ? ` and ${values.length - shown.length} more` : '';
    return [`${verb} ${shown.join(', ')}${more}`];
  };
  const parts = [...say('gained', beyond(after, before)), ...say('lost', beyond(before, after))];
  return parts.length === 0 ? 'has its values in another order' : parts.join(' and ');
}

const inValues = (change: SchemaChange, values: string | undefined): SchemaChange =>
  values === undefined ? change : { ...change, words: `Feature "${change.feature}": domain ${values}.` };

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
