/** A literal or quoted name, which is left alone or quoted anew, or the text between two of them. */
const TOKENS = /'(?:[^']|'')*'|"[^"]*"|`[^`]*`|[^'"`]+/g;

/**
 * GoogleSQL, in which TensorFlow Data Validation's custom validations are written, as DuckDB takes it: text in double
 * quotes, names in backticks, subscripts by OFFSET and ORDINAL, and elements of UNNEST by their alias.
 */
export function duckDbSql(expression: string): string {
  const tokens = [...expression.matchAll(TOKENS)].map(([token]) => {
    if (token.startsWith('"')) return `'${token.slice(1, -1).replaceAll("'", "''")}'`;
    if (token.startsWith('`')) return `"${token.slice(1, -1).replaceAll('"', '""')}"`;
    return token.startsWith("'") ? token : subscripts(token);
  });
  return unnestAliases(tokens.join(''));
}

/** GoogleSQL counts from 0 by OFFSET and from 1 by ORDINAL, DuckDB from 1. Beyond the end both give nothing good. */
function subscripts(sql: string): string {
  return sql.replaceAll(/\[\s*(?:SAFE_)?OFFSET\s*\(/gi, '[1 + (').replaceAll(/\[\s*(?:SAFE_)?ORDINAL\s*\(/gi, '[(');
}

const AFTER_UNNEST =
  /^\s*(?:AS\s+)?(?!WHERE\b|ON\b|JOIN\b|GROUP\b|ORDER\b|LIMIT\b|CROSS\b|LEFT\b|INNER\b)([A-Za-z_]\w*)/i;

/** `UNNEST(list) v` names the elements in GoogleSQL, a table of them in DuckDB. */
function unnestAliases(sql: string): string {
  const start = /\bUNNEST\s*\(/i.exec(sql);
  if (start === null) return sql;
  const open = start.index + start[0].length;
  const close = closingParenthesis(sql, open);
  const rest = sql.slice(close + 1);
  const alias = AFTER_UNNEST.exec(rest);
  const named = alias === null ? rest : ` AS elements(${alias[1] ?? ''})${rest.slice(alias[0].length)}`;
  return `${sql.slice(0, open)}${unnestAliases(sql.slice(open, close))})${unnestAliases(named)}`;
}

/** Where the parenthesis closes that was opened before `from`; the end where it never does. */
function closingParenthesis(sql: string, from: number): number {
  let depth = 1;
  for (let at = from; at < sql.length; at++) {
    if (sql[at] === '(') depth++;
    if (sql[at] === ')' && --depth === 0) return at;
  }
  return sql.length;
}

/** GoogleSQL's functions and types that DuckDB has not, as statements. */
export const GOOGLE_SQL_NAMES: readonly string[] = [
  'CREATE TYPE float64 AS DOUBLE',
  'CREATE MACRO is_nan(x) AS isnan(x)',
  'CREATE MACRO is_inf(x) AS isinf(x)',
  'CREATE MACRO array_length(x) AS len(x)',
  'CREATE MACRO safe_divide(a, b) AS CASE WHEN b = 0 THEN NULL ELSE a / b END',
];
