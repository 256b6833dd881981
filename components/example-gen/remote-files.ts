import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError, isPipelineError } from '../../errors/pipeline-error.js';

/** What the worker's operator allows: hosts (`host` or `host:port`) and the size of one file. */
export interface RemoteAccess {
  readonly allowedHosts: ReadonlySet<string>;
  readonly maxBytes: number;
}

const DEFAULT_MAX_MIB = 10_240;
const MAX_REDIRECTS = 5;
const MAX_RESUMES = 4;

export function isRemote(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

/** Reads TFX_TEMPORAL_ALLOWED_HOSTS and TFX_TEMPORAL_MAX_DOWNLOAD_MIB. */
export function remoteAccess(environment: Readonly<Record<string, string | undefined>> = process.env): RemoteAccess {
  const hosts = (environment['TFX_TEMPORAL_ALLOWED_HOSTS'] ?? '').split(',').map((host) => host.trim().toLowerCase());
  const mib = Number(environment['TFX_TEMPORAL_MAX_DOWNLOAD_MIB'] ?? DEFAULT_MAX_MIB);
  return {
    allowedHosts: new Set(hosts.filter((host) => host !== '')),
    maxBytes: (Number.isFinite(mib) && mib > 0 ? mib : DEFAULT_MAX_MIB) * 2 ** 20,
  };
}

/**
 * A remote file's bytes. A connection that breaks is taken up again where it broke, if the server says that the file
 * is still the same one (ETag or Last-Modified).
 *
 * @throws INPUT_HOST_NOT_ALLOWED, INPUT_TOO_LARGE, INPUT_NOT_FOUND, INPUT_FETCH_FAILED
 */
export async function* readRemote(address: string, access: RemoteAccess, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let received = 0;
  let validator: string | undefined;
  for (let resumes = 0; ; resumes++) {
    const response = await request(address, access, received, validator, signal);
    if (received > 0 && response.status !== 206)
      throw fetchFailed(address, 'the connection broke, and the server cannot go on where it broke');
    validator ??=
      response.headers.get('etag')?.replace(/^W\/.*/, '') || (response.headers.get('last-modified') ?? undefined);
    checkSize(address, received + Number(response.headers.get('content-length') ?? 0), access);
    try {
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        received += chunk.length;
        checkSize(address, received, access);
        yield Buffer.from(chunk);
      }
      return;
    } catch (cause) {
      if (isPipelineError(cause) || signal?.aborted === true) throw cause;
      if (validator === undefined || resumes === MAX_RESUMES) throw fetchFailed(address, 'the connection broke', cause);
    }
  }
}

/** Fetches a remote file into a folder; the local path. */
export async function fetchRemote(
  address: string,
  folder: string,
  name: string,
  access: RemoteAccess,
  signal: AbortSignal,
): Promise<string> {
  const file = path.join(folder, name);
  await pipeline(Readable.from(readRemote(address, access, signal)), createWriteStream(file), { signal });
  return file;
}

/** An address without user names, passwords and query, which may hold secrets. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return 'an address that is not valid';
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/** Redirects are followed by hand, so that each host is checked. */
async function request(
  address: string,
  access: RemoteAccess,
  from: number,
  validator: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let url = address;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    checkHost(url, access);
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (from > 0) Object.assign(headers, { range: `bytes=${from}-`, 'if-range': validator });
    let response: Response;
    try {
      response = await fetch(url, { headers, redirect: 'manual', signal: signal ?? null });
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      throw fetchFailed(address, 'the server does not answer', cause);
    }
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      url = new URL(location, url).href;
      continue;
    }
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) {
      throw new PipelineError('INPUT_NOT_FOUND', {
        what: `${shownAddress(address)} does not exist (HTTP ${response.status}).`,
      });
    }
    throw fetchFailed(address, `the server answers HTTP ${response.status}`);
  }
  throw fetchFailed(address, `it redirects more than ${MAX_REDIRECTS} times`);
}

function checkHost(address: string, { allowedHosts }: RemoteAccess): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (isWeb && (allowedHosts.has(url.host) || allowedHosts.has(url.hostname))) return;
  throw new PipelineError('INPUT_HOST_NOT_ALLOWED', {
    what: `${shownAddress(address)} is not on the allow-list (${[...allowedHosts].join(', ') || 'empty'}).`,
    details: { host: url?.host },
  });
}

function checkSize(address: string, bytes: number, { maxBytes }: RemoteAccess): void {
  if (bytes <= maxBytes) return;
  throw new PipelineError('INPUT_TOO_LARGE', {
    what: `${shownAddress(address)} is larger than ${Math.round(maxBytes / 2 ** 20)} MiB.`,
  });
}

function fetchFailed(address: string, problem: string, cause?: unknown): PipelineError {
  return new PipelineError('INPUT_FETCH_FAILED', { what: `${shownAddress(address)}: ${problem}.`, cause });
}
