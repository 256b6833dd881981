import type { SchemaProto } from '../../formats/schema.js';
import { jsonBytes } from '../payload-limits.js';
import { diffSchemas } from './diff-schemas.js';

const MOST_CHANGES = 5;
const LONGEST = 240;
const CHANGES_BYTES = 900;

/** What a new version of a schema changed, as its artifact's reference carries it: `reasons` are the first changes. */
export function changeProperties(
  before: SchemaProto,
  after: SchemaProto,
): { readonly features: number; readonly changes: number; readonly reasons: string } {
  const changes = diffSchemas(before, after);
  const words = changes.slice(0, MOST_CHANGES).map((change) => change.words);
  const reasons = words.map((text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text));
  while (reasons.length > 1 && jsonBytes(reasons) > CHANGES_BYTES) reasons.pop();
  return { features: after.feature?.length ?? 0, changes: changes.length, reasons: JSON.stringify(reasons) };
}
