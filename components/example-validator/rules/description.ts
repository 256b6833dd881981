import type { AnomalyReasonProto, Severity } from '../../../formats/statistics.js';

/** One finding about a feature or a data set, in TFDV's words and types. */
export interface Finding {
  /** A name of `AnomalyInfo.Type`. */
  readonly type: string;
  readonly short: string;
  readonly long: string;
}

export const finding = (type: string, short: string, long: string = short): Finding => ({ type, short, long });

/** Which severities differ from TFDV's default, which is ERROR for every type. */
export type SeverityOverrides = Readonly<Record<string, Severity>>;

const RANK: Readonly<Record<Severity, number>> = { UNKNOWN: 0, WARNING: 1, ERROR: 2 };

export const worse = (a: Severity, b: Severity): Severity => (RANK[a] > RANK[b] ? a : b);

export function severityOf(findings: readonly Finding[], overrides: SeverityOverrides): Severity {
  return findings.map(({ type }) => overrides[type] ?? 'ERROR').reduce(worse, 'UNKNOWN');
}

type Spoken = Pick<Finding, 'short' | 'long'>;

/** A finding without a long description gives way to the other one, as in TFDV. */
function unify(a: Spoken, b: Spoken): Spoken {
  if (a.long === '') return b;
  return b.long === '' ? a : { short: 'Multiple errors', long: `${a.long} ${b.long}` };
}

/** The findings of one path as TFDV reports them: several reasons are `Multiple errors`, new columns collapse to one. */
export function summarize(findings: readonly Finding[]): {
  description: string;
  shortDescription: string;
  reason: AnomalyReasonProto[];
} {
  const first = findings[0];
  const kept = first && findings.every(({ type }) => type === 'SCHEMA_NEW_COLUMN') ? [first] : findings;
  const nothing: Spoken = { short: '', long: '' };
  const { short, long } = kept.reduce<Spoken>(unify, nothing);
  return {
    description: long,
    shortDescription: short,
    reason: kept.map(({ type, short, long }) => ({ type, shortDescription: short, description: long })),
  };
}

/** A number with up to six significant digits, as C's `%g` prints it. */
export function sixDigits(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const rounded = Number(sixHalfToEven(value));
  const magnitude = Math.abs(rounded);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e6))
    return rounded.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return String(rounded);
}

/** C rounds what lies exactly between two numbers to the even one, JavaScript away from zero. */
function sixHalfToEven(value: number): string {
  const [, digits = '', exponent = '0'] = /^-?(\d\.\d+)e([+-]\d+)$/.exec(value.toExponential(60)) ?? [];
  const isTie = /^\d\.\d{5}50*$/.test(digits);
  const isEven = Number(digits.charAt(6)) % 2 === 0;
  return isTie && isEven ? `${value < 0 ? '-' : ''}${digits.slice(0, 7)}e${exponent}` : value.toPrecision(6);
}

/** Text with quotes, backslashes and control characters escaped as in C, other characters left alone. */
export function cEscape(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '"': '\\"',
    "'": "\\'",
    '\\': '\\\\',
  };
  return text.replaceAll(/["'\\\u0000-\u001f\u007f]/g, (character) => {
    const octal = character.charCodeAt(0).toString(8).padStart(3, '0');
    return named[character] ?? `\\${octal}`;
  });
}
