import { userInfo } from 'node:os';
import type { StartedBy } from '../client/index.js';

/** Whoever runs this command, for the run's page in Temporal's UI. */
export function startedBy(): StartedBy {
  return { who: userInfo().username, command: ['tfx-temporal', ...process.argv.slice(2).map(quoted)].join(' ') };
}

const quoted = (word: string): string => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
