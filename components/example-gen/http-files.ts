import { PipelineError, isPipelineError } from '../../errors/pipeline-error.js';
import { requireDownloadSize, type RemoteAccess } from './remote-access.js';

const MAX_REDIRECTS = 5;
const MAX_RESUMES = 4;

export function isHttp(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

/**
 * A web file's bytes. A connection that breaks is taken up again where it broke, if the server says that the file
 * is still the same one (ETag or Last-Modified).
 *
 * @throws INPUT_HOST_NOT_ALLOWED, INPUT_TOO_LARGE, INPUT_NOT_FOUND, INPUT_FETCH_FAILED
 */
export async function* readHttp(address: string, access: RemoteAccess, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let received = 0;
  let validator: string | undefined;
  for (let resumes = 0; ; resumes++) {
    const response = await request(address, access, { from: received, validator, signal });
    if (received > 0 && response.status !== 206)
      throw fetchFailed(address, 'the connection broke, and the server cannot go on where it broke');
    validator ??=
      response.headers.get('etag')?.replace(/^W\/.*/, '') || (response.headers.get('last-modified') ?? undefined);
    requireDownloadSize(shownAddress(address), received + Number(response.headers.get('content-length') ?? 0), access);
    try {
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        received += chunk.length;
        requireDownloadSize(shownAddress(address), received, access);
        yield Buffer.from(chunk);
      }
      return;
    } catch (cause) {
      if (isPipelineError(cause) || signal?.aborted === true) throw cause;
      if (validator === undefined || resumes === MAX_RESUMES) throw fetchFailed(address, 'the connection broke', cause);
    }
  }
}

/** An address without user names, passwords and query, which may hold secrets. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return 'an address that is not valid';
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/**
 * Whether a web server has a file.
 * @throws INPUT_HOST_NOT_ALLOWED, INPUT_FETCH_FAILED
 */
export async function existsHttp(address: string, access: RemoteAccess, signal?: AbortSignal): Promise<boolean> {
  try {
    const response = await request(address, access, { method: 'HEAD', signal });
    await response.body?.cancel();
    return true;
  } catch (error) {
    if (isPipelineError(error) && error.code === 'INPUT_NOT_FOUND') return false;
    throw error;
  }
}

interface RequestFacts {
  readonly method?: 'GET' | 'HEAD';
  /** Bytes that are here already. */
  readonly from?: number;
  /** The ETag or date of what they are of. */
  readonly validator?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Redirects are followed by hand, so that each host is checked. */
async function request(address: string, access: RemoteAccess, facts: RequestFacts): Promise<Response> {
  const { method = 'GET', from = 0, validator, signal } = facts;
  let url = address;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    checkHost(url, access);
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (from > 0) Object.assign(headers, { range: `bytes=${from}-`, 'if-range': validator });
    let response: Response;
    try {
      response = await fetch(url, { method, headers, redirect: 'manual', signal: signal ?? null });
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

function fetchFailed(address: string, problem: string, cause?: unknown): PipelineError {
  return new PipelineError('INPUT_FETCH_FAILED', { what: `${shownAddress(address)}: ${problem}.`, cause });
}
