import { SUPERVISED_VARIABLE } from '../process/leftovers.js';

/** Variables of the shell that would lead a server or the worker elsewhere, or that belong to another process. */
const STRAY =
  /^(DATABASE_URL|PG[A-Z]+|TEMPORAL_(?!CLI$)\w+|NODE_TEST_CONTEXT|NODE_CHANNEL_FD|NODE_CHANNEL_SERIALIZATION_MODE)$/;

/** The environment of what runs on embedded servers: the shell's, without strays, marked as supervised. */
export function childEnvironment(state: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !STRAY.test(name));
  return { ...Object.fromEntries(kept), [SUPERVISED_VARIABLE]: state };
}
