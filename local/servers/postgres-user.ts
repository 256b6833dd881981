import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { deathBond } from '../process/bound-child.js';
import { findSystemProgram } from '../process/find-program.js';
import { runCommand } from '../process/run-command.js';

/** How Postgres, which refuses to run as root, is run: its programs, its data, and the words before each command. */
export interface PostgresHome {
  readonly binaries: string;
  /** Has the folder `data`. */
  readonly folder: string;
  readonly words: readonly string[];
  /** Hands a file that this process made to the user that Postgres runs as. */
  readonly give: (path: string) => void;
}

/** The user `nobody` of Linux distributions. */
const NOBODY = 65_534;
/** Traversable by every user, and kept over a restart of the machine. */
const SHARED_ROOM = '/var/tmp';

/**
 * As an ordinary user: as it is. As root: in a user namespace, where it sees itself as an ordinary user, so that
 * everything stays in the state folder even below a 0700 home; where namespaces are not allowed, as `nobody`, with
 * programs and data in a traversable place.
 *
 * @param binaries - the staged programs
 * @param folder - where data belong: `<state>/postgres`
 */
export async function postgresHome(binaries: string, folder: string): Promise<PostgresHome> {
  const bond = deathBond('QUIT');
  if (process.getuid?.() !== 0) return { binaries, folder, words: bond, give: () => undefined };
  const namespace = await namespaceWords();
  if (namespace !== undefined) return { binaries, folder, words: [...namespace, ...bond], give: () => undefined };
  return homeOfNobody(binaries, folder);
}

async function namespaceWords(): Promise<string[] | undefined> {
  const unshare = findSystemProgram('unshare');
  if (unshare === undefined) return undefined;
  const words = [unshare, '--user', '--map-user=1000', '--map-group=1000', '--'];
  const { code } = await runCommand(unshare, [...words.slice(1), 'true'], { timeoutMs: 5000 });
  return code === 0 ? words : undefined;
}

function homeOfNobody(binaries: string, folder: string): PostgresHome {
  const setpriv = findSystemProgram('setpriv') ?? 'setpriv';
  removeAbandonedRooms();
  const name = `tfx-temporal-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  const room = join(SHARED_ROOM, name);
  const copy = join(room, basename(binaries));
  mkdirSync(folder, { recursive: true });
  const mark = join(folder, 'room');
  if (!existsSync(mark)) rmSync(room, { recursive: true, force: true });
  mkdirSync(room, { recursive: true, mode: 0o711 });
  if (!isOwnFolder(room)) throw new Error(`${room} belongs to another user; remove it`);
  writeFileSync(join(room, 'owner'), folder);
  writeFileSync(mark, room);
  if (!existsSync(copy)) cpSync(binaries, copy, { recursive: true, verbatimSymlinks: true });
  const give = (path: string) => {
    chownSync(path, NOBODY, NOBODY);
  };
  const data = join(room, 'postgres');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  give(data);
  const user = [`--reuid=${String(NOBODY)}`, `--regid=${String(NOBODY)}`, '--clear-groups', '--pdeathsig', 'QUIT'];
  return { binaries: copy, folder: data, words: [setpriv, ...user, '--'], give };
}

/** Removes the rooms of state folders that have been deleted. */
function removeAbandonedRooms(): void {
  for (const name of readdirSync(SHARED_ROOM).filter((entry) => entry.startsWith('tfx-temporal-'))) {
    const room = join(SHARED_ROOM, name);
    const owner = join(room, 'owner');
    if (!isOwnFolder(room) || !existsSync(owner)) continue;
    if (!existsSync(readFileSync(owner, 'utf8'))) rmSync(room, { recursive: true, force: true });
  }
}

/** Everybody may write to the shared room: names there prove nothing. */
function isOwnFolder(path: string): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() && stat.uid === process.getuid?.();
}
