import { commitPush } from '../../../components/pusher/commit.js';

/** A push whose process dies at a given moment: `copied` (before its rename) or `renamed` (before the fence ends). */
const [staged = '', destination = '', moment = ''] = process.argv.slice(2);
await commitPush(
  { staged, destination, version: 7, attempt: 'killed', signal: new AbortController().signal },
  async (_place, commit) => {
    if (moment === 'copied') process.kill(process.pid, 'SIGKILL');
    const pushed = await commit();
    if (moment === 'renamed') process.kill(process.pid, 'SIGKILL');
    return pushed;
  },
);
