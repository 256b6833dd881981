const DAY_SECONDS = 86_400;

/**
 * Fills TFX's placeholders in a query: `@span_begin_timestamp` and `@span_end_timestamp` (unix seconds of the day's
 * begin and end, UTC) and `@span_yyyymmdd_utc` (quoted).
 *
 * @param span - days since 1970-01-01.
 */
export function withSpanPlaceholders(query: string, span: number): string {
  const begin = span * DAY_SECONDS;
  const day = new Date(begin * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  return query
    .replaceAll('@span_begin_timestamp', String(begin))
    .replaceAll('@span_end_timestamp', String(begin + DAY_SECONDS))
    .replaceAll('@span_yyyymmdd_utc', `'${day}'`);
}
