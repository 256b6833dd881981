import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../errors/pipeline-error.js';

export interface LaunchOptions {
  readonly name: string;
  /** The folder of the model's versions. */
  readonly basePath: string;
  /** Aborted: the server ends. */
  readonly signal: AbortSignal;
}

/** A model server in a process of its own. */
export interface LaunchedModelServer {
  readonly url: string;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
  /** What it wrote so far, the last 256 KiB. */
  log(): string;
  /** Undefined while it runs. */
  exit(): string | undefined;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
const LOG_LIMIT = 256 * 1024;

/**
 * Starts a model server in a process of its own, on a free port of the loopback. It listens when this returns; the
 * model may still be loading. The process ends with this one, however this one ends.
 *
 * @throws SERVING_START_FAILED
 */
export async function launchModelServer({ name, basePath, signal }: LaunchOptions): Promise<LaunchedModelServer> {
  signal.throwIfAborted();
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const args = [main, `${name}=${basePath}`, '--port', '0', '--poll-ms', '200', '--exit-with-parent'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment() });
  let log = '';
  let exit: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_LIMIT);
  });
  child.on('exit', (code, by) => {
    exit = by === null ? `it exited with code ${String(code)}` : `it was ended by ${by}`;
  });
  child.on('error', (error) => {
    exit = error.message;
  });
  // Writing to a process that is gone must not end this one.
  child.stdin.on('error', () => undefined);
  const stop = () => stopChild(child);
  const abort = () => void stop();
  signal.addEventListener('abort', abort, { once: true });
  child.on('exit', () => signal.removeEventListener('abort', abort));
  try {
    const url = await announcedUrl(child, signal);
    return { url, stop, log: () => log, exit: () => exit };
  } catch (cause) {
    await stop();
    signal.throwIfAborted();
    throw new PipelineError('SERVING_START_FAILED', {
      what: `The model server for ${name} did not start: ${(cause as Error).message}\n${log.slice(-2000)}`,
      cause,
    });
  }
}

/** The server needs no secrets of this process. */
function environment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'LANG', 'TF_CPP_MIN_LOG_LEVEL', 'NODE_OPTIONS'];
  const kept = Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  return { TF_CPP_MIN_LOG_LEVEL: '1', ...kept };
}

async function announcedUrl(child: ChildProcess, signal: AbortSignal): Promise<string> {
  if (!child.stdout) throw new Error('it has no output');
  const lines = createInterface({ input: child.stdout });
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
  const gone = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it exited with code ${String(code)}`)));
  gone.catch(() => undefined);
  const [line] = (await Promise.race([once(lines, 'line', { signal: timeout }), gone])) as [string];
  child.stdout.resume();
  return (JSON.parse(line) as { url: string }).url;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  try {
    await gone;
  } finally {
    clearTimeout(timer);
  }
}
