/** Whether a text has wildcards of a glob. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** A glob as an anchored expression: `*` and `?` stay inside one folder, `**` spans folders, `[a-z]` is a class. `orUnder`: or a file in what matches. */
export function globToRegExp(glob: string, orUnder = false): RegExp {
  return new RegExp(`^${globSource(glob)}${orUnder ? '(?:/[^/]*)?' : ''}$`, 'u');
}

/** The source of a glob's expression, without anchors. */
export function globSource(glob: string): string {
  let source = '';
  for (let i = 0; i < glob.length; i++) {
    const rest = glob.slice(i);
    const group = /^\[(!?)([^\]/]+)\]/u.exec(rest);
    if (rest.startsWith('**/')) {
      source += '(?:[^/]+/)*';
      i += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      i += 1;
    } else if (rest.startsWith('*')) source += '[^/]*';
    else if (rest.startsWith('?')) source += '[^/]';
    else if (group !== null) {
      source += `[${group[1] === '!' ? '^' : ''}${group[2]!.replace(/[\\[\]^]/g, '\\$&')}]`;
      i += group[0].length - 1;
    } else source += escapeRegExp(glob[i]!);
  }
  return source;
}

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
