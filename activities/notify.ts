import { Context } from '@temporalio/activity';
import { remoteAccess } from '../components/example-gen/remote-access.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { guarded } from './guarded.js';
import type { ServiceActivities } from './protocol.js';

const TIMEOUT_MS = 10_000;

/** `tfx.notify`: calls a webhook by POST with JSON, on hosts that the worker's operator allows. */
export function createNotify(): ServiceActivities['tfx.notify'] {
  return guarded('tfx.notify', async ({ url, body }) => {
    requireAllowedHost(url);
    const signal = AbortSignal.any([Context.current().cancellationSignal, AbortSignal.timeout(TIMEOUT_MS)]);
    const headers = { 'content-type': 'application/json' };
    const answer = await post(url, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error', signal });
    await answer.body?.cancel();
    if (answer.ok) return;
    throw new PipelineError('WEBHOOK_FAILED', {
      what: `The webhook at ${new URL(url).host} answered ${answer.status}.`,
    });
  });
}

async function post(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    throw new PipelineError('WEBHOOK_FAILED', {
      what: `The webhook at ${new URL(url).host} did not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

function requireAllowedHost(address: string): void {
  const { allowedHosts } = remoteAccess();
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (allowedHosts.has(url.host) || allowedHosts.has(url.hostname))) return;
  throw new PipelineError('WEBHOOK_NOT_ALLOWED', {
    what: `The webhook's host ${url?.host ?? address} is not on the allow-list.`,
  });
}
