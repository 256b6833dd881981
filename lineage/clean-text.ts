/** What Postgres cannot hold in text and jsonb: NUL, and halves of surrogate pairs. Both can come out of users' data. */
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text as Postgres can hold it; what it cannot hold becomes U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/** A value as JSON for a jsonb column. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, field: unknown) => {
    if (typeof field === 'string') return cleanText(field);
    if (typeof field !== 'object' || field === null || Array.isArray(field)) return field;
    return Object.fromEntries(Object.entries(field).map(([name, inner]) => [cleanText(name), inner as unknown]));
  });
}
