import type { SpawnOptions } from 'node:child_process';
import { spawnBound } from './bound-child.js';

export interface CommandResult {
  /** The exit code; `null` when it was ended by a signal or could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  /** Standard output and error together, in order, the last 64 KiB. */
  readonly output: string;
}

const KEPT = 64 * 1024;

export interface RunCommandOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  readonly timeoutMs?: number;
  /** Called with each line as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Runs a command to its end and never throws: a command that cannot be started has code `null` and says why in `output`. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunCommandOptions = {},
): Promise<CommandResult> {
  const { timeoutMs, onLine, ...rest } = options;
  const child = spawnBound(command, args, { ...rest, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let output = '';
  let line = '';
  const take = (text: string) => {
    output = (output + text).slice(-KEPT);
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    for (const whole of lines) onLine?.(whole);
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    take(text);
  });
  child.stderr?.setEncoding('utf8').on('data', take);
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  clearTimeout(timer);
  return { code, stdout, output };
}
