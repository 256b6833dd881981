import { parseArgs } from 'node:util';
import { destinationPlace } from '../components/pusher/destination.js';
import { PipelineError } from '../errors/pipeline-error.js';
import type { ModelServerOptions } from './model-server.js';

export interface ServerArguments extends ModelServerOptions {
  /** End when standard input ends: the launching process is gone then, however it died. */
  readonly exitWithParent: boolean;
}

/** `NAME=BASE_PATH … [--port N] [--host H] [--poll-ms N] [--exit-with-parent]` @throws SERVING_ARGUMENTS_INVALID */
export function serverArguments(given: readonly string[]): ServerArguments {
  const { values, positionals } = parsed(given);
  if (positionals.length === 0) throw invalid('No model is given.');
  return {
    models: positionals.map(namedModel),
    host: values.host ?? '127.0.0.1',
    port: whole('--port', values.port ?? '8501', 0, 65535),
    pollMs: whole('--poll-ms', values['poll-ms'] ?? '1000', 10, 3_600_000),
    exitWithParent: values['exit-with-parent'] ?? false,
  };
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        'poll-ms': { type: 'string' },
        'exit-with-parent': { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
}

/** `NAME=BASE_PATH`; a path becomes absolute, an `s3://` URI stays. @throws SERVING_ARGUMENTS_INVALID, URI_UNSUPPORTED */
export function namedModel(text: string): { name: string; basePath: string } {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0));
  const basePath = text.slice(at + 1);
  if (!/^[A-Za-z0-9_.-]+$/.test(name) || basePath === '')
    throw invalid(`${JSON.stringify(text)} is not NAME=BASE_PATH.`);
  return { name, basePath: destinationPlace(basePath) };
}

function whole(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < least || number > most) {
    throw invalid(`${option} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
  }
  return number;
}

function invalid(what: string, cause?: unknown): PipelineError {
  return new PipelineError('SERVING_ARGUMENTS_INVALID', { what, cause });
}
