import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { filesOf } from './saved-model-copy.js';

/** Whether two folders hold the same files with the same bytes. Files are read only when names and sizes agree. */
export async function sameContent(one: string, two: string): Promise<boolean> {
  const [names, others] = await Promise.all([filesOf(one), filesOf(two)]);
  if (names.join('\0') !== others.join('\0')) return false;
  for (const name of names) {
    const [a, b] = await Promise.all([stat(path.join(one, name)), stat(path.join(two, name))]);
    if (a.size !== b.size) return false;
  }
  for (const name of names) {
    if ((await digest(path.join(one, name))) !== (await digest(path.join(two, name)))) return false;
  }
  return true;
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
