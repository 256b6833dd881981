import { serverArguments } from './arguments.js';
import { startModelServer } from './model-server.js';

/*
 * A model server as a process of its own. The first line on standard output is `{ "url": … }`; the log goes to
 * standard error.
 */

const log = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

try {
  const { exitWithParent, ...options } = serverArguments(process.argv.slice(2));
  const server = await startModelServer({ ...options, log });
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (exitWithParent) process.stdin.on('end', end).on('error', end).resume();
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
} catch (error) {
  log((error as Error).message);
  process.exitCode = 1;
}
