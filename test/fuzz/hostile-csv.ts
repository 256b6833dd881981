import { gzipSync } from 'node:zlib';
import type { Random } from './random.js';

export interface HostileCsv {
  readonly bytes: Buffer;
  /** The table that was written, when nothing was broken afterwards: then it must be read exactly. */
  readonly table: { readonly names: readonly string[]; readonly rows: readonly (readonly string[])[] } | undefined;
}

const NAMES = [
  'a',
  'B',
  'id',
  '"; DROP TABLE x; --',
  '../../x',
  '<script>alert(1)</script>',
  'h',
  'c0',
  'bucket',
  'ü',
  ' spaced ',
  "it's",
  '名前',
  '=1+1',
  'a,b',
  'line\nbreak',
  '__proto__',
  'constructor',
];
const CELLS = [
  '',
  '',
  '0',
  '1',
  '-1',
  '007',
  '42',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '1.5',
  '-0.0',
  '1e3',
  '1e400',
  '.5',
  '5.',
  '1_000',
  '1__0',
  '0x1F',
  '0b1',
  'nan',
  'NaN',
  'inf',
  '-Infinity',
  'true',
  'null',
  'NULL',
  'NA',
  ' 12 ',
  ' ',
  '\t',
  '１２',
  '2026-01-01',
  "'",
  '"',
  '""',
  'a,b',
  'a\nb',
  'a\r\nb',
  'a\rb',
  'ä',
  '😀',
  '\0',
  'a\0b',
  '\u200b',
  '\ufeff',
  '../../../etc/passwd',
  '<img src=x onerror=alert(1)>',
  "'; DROP TABLE rows_0; --",
  '=cmd|calc',
  '%s%n',
  '${x}',
  '\\',
  '\\"',
  'e\u0301',
  '1,5',
  '+5',
  '--1',
  '1e',
  'infinit',
  '1.2.3',
  '-',
  '+',
  '.',
  '1e+',
  '12345678901234567890.5',
];

/** A CSV file with hostile names and cells; in about half of the cases its bytes are broken in some way. */
export function hostileCsv(random: Random): HostileCsv {
  const names = distinct(Array.from({ length: 1 + random.below(6) }, () => random.pick(NAMES)));
  const palette = Array.from({ length: names.length }, () =>
    Array.from({ length: 1 + random.below(8) }, () => cell(random)),
  );
  const rows = Array.from({ length: random.below(random.chance(0.1) ? 200 : 12) }, () =>
    palette.map((cells) => random.pick(cells)),
  );
  const lineEnd = random.pick(['\n', '\n', '\r\n', '\r']);
  const text =
    [names, ...rows].map((row) => row.map((value) => quoted(random, value, row.length === 1)).join(',')).join(lineEnd) +
    (random.chance(0.8) ? lineEnd : '');
  const isWhole = random.chance(0.5);
  const bytes = encode(random, text);
  return isWhole ? { bytes, table: { names, rows } } : { bytes: broken(random, bytes), table: undefined };
}

function cell(random: Random): string {
  if (random.chance(0.01)) return 'x'.repeat(1 + random.below(1 << 17));
  if (random.chance(0.1)) return random.pick(CELLS) + random.pick(CELLS);
  if (random.chance(0.2)) return String(random.below(1000) / (random.chance(0.5) ? 1 : 7));
  return random.pick(CELLS);
}

function quoted(random: Random, value: string, isAlone: boolean): string {
  const must = /[",\r\n]/.test(value) || (isAlone && value === '');
  return must || random.chance(0.2) ? `"${value.replaceAll('"', '""')}"` : value;
}

function encode(random: Random, text: string): Buffer {
  const kind = random.below(12);
  if (kind === 0) return Buffer.from(`\uFEFF${text}`);
  if (kind === 1) return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  if (kind === 2) return gzipSync(text);
  return Buffer.from(text);
}

function broken(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const junk = Buffer.from(Array.from({ length: 1 + random.below(20) }, () => random.below(256)));
  const text = Buffer.from(
    random.pick(['"', '""', ',', ',,,', '\n', '\r', '\r\n\r\n', '\0', '"\n"', 'x"y', '\n1,2,3,4,5,6,7,8\n', '\xff']),
    'latin1',
  );
  const kind = random.below(6);
  if (kind === 0) return bytes.subarray(0, at);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at)]);
  if (kind === 2) return Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at + junk.length)]);
  if (kind === 3 && random.chance(0.2)) return junk;
  return Buffer.concat([bytes.subarray(0, at), text, bytes.subarray(at)]);
}

function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()));
}
