/** A type as DuckDB names it: lists `depth` deep of a scalar, or of structs. */
export interface NamedType {
  readonly depth: number;
  readonly scalar: string;
  /** Of structs; undefined for scalars. */
  readonly fields: readonly { readonly name: string; readonly type: NamedType }[] | undefined;
}

/** Reads a type's name, e.g. `STRUCT(a BIGINT, "b c" VARCHAR[])[]`. */
export function namedType(text: string): NamedType {
  const [, base = text, lists = ''] = /^([\s\S]*?)((?:\[\d*\])*)$/.exec(text.trim()) ?? [];
  const depth = lists.split('[').length - 1;
  if (!base.startsWith('STRUCT(')) return { depth, scalar: base, fields: undefined };
  const fields = atCommas(base.slice('STRUCT('.length, -1)).map((field) => {
    const [, quoted, plain = '', type = ''] = /^\s*(?:"((?:[^"]|"")*)"|(\S+))\s+([\s\S]+)$/.exec(field) ?? [];
    return { name: quoted?.replaceAll('""', '"') ?? plain, type: namedType(type) };
  });
  return { depth, scalar: 'STRUCT', fields };
}

/** The parts between commas that are in no quotes and no parentheses. */
function atCommas(text: string): string[] {
  const parts: string[] = [];
  let [start, open, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(') open++;
    else if (character === ')') open--;
    else if (character === ',' && open === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
