import { randomBytes } from 'node:crypto';
import { chmod, cp, link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { concurrently } from './concurrently.js';
import type { PayloadFile } from './manifest.js';
import { checkPayload } from './payload-check.js';
import { looksAt } from './payload-files.js';

export interface CacheOptions {
  /** A folder for this alone; workers of one machine may share it. */
  readonly folder: string;
  /** Copies beyond it are removed, those not used for longest first; what is in use is not counted. */
  readonly maxMiB: number;
}

/** Makes fresh, empty folders, which are removed when the work they are for ends. */
export type NewFolder = () => Promise<string>;

const TOUCH_MS = 10 * 60 * 1000;
const ABANDONED_MS = 24 * 60 * 60 * 1000;
const AT_ONCE = 16;

/**
 * Payloads that were fetched or written here, by their digests: an entry is `<digest>/` with `payload/` and
 * `entry.json`, whose time says when it was last used. Work gets hard links, so that an entry can be evicted at any
 * time, by any process, while it is read.
 */
export class LocalCache {
  readonly #entries: string;
  readonly #work: string;
  readonly #maxBytes: number;
  readonly #turns = new Map<string, Promise<unknown>>();
  #swept: Promise<void> | undefined;

  constructor({ folder, maxMiB }: CacheOptions) {
    this.#entries = join(folder, 'payloads');
    this.#work = join(folder, 'work');
    this.#maxBytes = maxMiB * 2 ** 20;
  }

  /** Runs work with folders of its own. */
  async withFolders<T>(work: (newFolder: NewFolder) => Promise<T>): Promise<T> {
    const home = join(this.#work, nonce());
    let count = 0;
    // Folders that nobody has touched for a day are those of processes that were killed.
    const timer = setInterval(() => void utimes(home, new Date(), new Date()).catch(() => undefined), TOUCH_MS);
    timer.unref();
    try {
      return await work(async () => {
        await (this.#swept ??= this.#sweep());
        const folder = join(home, String(++count));
        await mkdir(folder, { recursive: true });
        return folder;
      });
    } finally {
      clearInterval(timer);
      // A thread that is being ended may still write; what is left then is swept after a day.
      await rm(home, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 }).catch(() => undefined);
    }
  }

  /** Links a payload into an empty folder; false when it is not kept, or not as it was. */
  async take(digest: string, folder: string): Promise<boolean> {
    const entry = join(this.#entries, digest);
    try {
      const { files } = JSON.parse(await readFile(join(entry, 'entry.json'), 'utf8')) as Entry;
      await linkFiles(join(entry, 'payload'), folder, files);
      if ((await checkPayload(folder, files, 'quick')) === undefined) {
        await utimes(join(entry, 'entry.json'), new Date(), new Date());
        return true;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await this.#drop(digest);
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    return false;
  }

  /** Keeps a payload for later, as links: nothing may write to its files any more. Evicts what was not used longest. */
  async keep(digest: string, folder: string, files: readonly PayloadFile[]): Promise<void> {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes > this.#maxBytes) return;
    const fresh = join(this.#work, nonce());
    try {
      await mkdir(join(fresh, 'payload'), { recursive: true });
      await linkFiles(folder, join(fresh, 'payload'), files);
      const local = await concurrently(files, AT_ONCE, async (file) => {
        await chmod(join(folder, file.path), 0o444);
        return { ...file, ...(await looksAt(folder, file.path)) };
      });
      await writeFile(join(fresh, 'entry.json'), JSON.stringify({ bytes, files: local } satisfies Entry));
      await mkdir(this.#entries, { recursive: true });
      // Another one may have kept the same meanwhile.
      await rename(fresh, join(this.#entries, digest)).catch(() => undefined);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
    await this.#evict();
  }

  /** Runs work after all earlier work of the same name in this process, so that it finds what that kept. */
  async inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(name) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    }
  }

  async #evict(): Promise<void> {
    const entries: { digest: string; bytes: number; usedMs: number }[] = [];
    for (const digest of await readdir(this.#entries)) {
      const file = join(this.#entries, digest, 'entry.json');
      const facts = await stat(file).catch(() => undefined);
      if (facts === undefined) continue;
      const { bytes } = JSON.parse(await readFile(file, 'utf8')) as Entry;
      entries.push({ digest, bytes, usedMs: facts.mtimeMs });
    }
    entries.sort((a, b) => b.usedMs - a.usedMs);
    let total = 0;
    for (const { digest, bytes } of entries) {
      total += bytes;
      if (total > this.#maxBytes) await this.#drop(digest);
    }
  }

  /** Out of sight in one step, then removed. */
  async #drop(digest: string): Promise<void> {
    const away = join(this.#work, nonce());
    await mkdir(this.#work, { recursive: true });
    await rename(join(this.#entries, digest), away).catch(() => undefined);
    await rm(away, { recursive: true, force: true });
  }

  async #sweep(): Promise<void> {
    await mkdir(this.#work, { recursive: true });
    for (const name of await readdir(this.#work)) {
      const folder = join(this.#work, name);
      const facts = await stat(folder).catch(() => undefined);
      if (facts !== undefined && Date.now() - facts.mtimeMs > ABANDONED_MS)
        await rm(folder, { recursive: true, force: true });
    }
  }
}

interface Entry {
  readonly bytes: number;
  /** With this machine's times. */
  readonly files: readonly PayloadFile[];
}

const nonce = (): string => randomBytes(8).toString('hex');

async function linkFiles(from: string, to: string, files: readonly PayloadFile[]): Promise<void> {
  const folders = new Set(files.map(({ path }) => dirname(join(to, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await concurrently(files, AT_ONCE, async ({ path }) => {
    await link(join(from, path), join(to, path)).catch(async (error: unknown) => {
      // Some file systems have no links.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
      await cp(join(from, path), join(to, path), { preserveTimestamps: true });
    });
  });
}
