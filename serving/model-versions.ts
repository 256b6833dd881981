import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The versions of a model that can be loaded, ascending: folders named by a number that hold a `saved_model.pb`. */
export async function readyVersions(basePath: string): Promise<number[]> {
  const names = await readdir(basePath).catch(() => []);
  const versions: number[] = [];
  for (const name of names) {
    if (/^(0|[1-9][0-9]{0,14})$/.test(name) && (await isReady(path.join(basePath, name)))) versions.push(Number(name));
  }
  return versions.sort((a, b) => a - b);
}

async function isReady(folder: string): Promise<boolean> {
  return await stat(path.join(folder, 'saved_model.pb')).then(
    (facts) => facts.isFile(),
    () => false,
  );
}
