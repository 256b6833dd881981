import { Context } from '@temporalio/activity';
import { remoteAccess } from '../components/example-gen/remote-access.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { guarded } from './guarded.js';
import type { ServiceActivities } from './protocol.js';

const TIMEOUT_MS = 10_000;

/**
 * `tfx.notify`: calls a webhook by POST with JSON, on hosts that the worker's operator allows. An address that holds a
 * secret stays in the worker's environment, and is named by `env:TFX_TEMPORAL_WEBHOOK…`.
 */
export function createNotify(): ServiceActivities['tfx.notify'] {
  return guarded('tfx.notify', async ({ url: named, body }) => {
    const url = addressOf(named);
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

const FROM_ENVIRONMENT = /^env:(TFX_TEMPORAL_WEBHOOK\w*)$/;

function addressOf(named: string): string {
  const name = FROM_ENVIRONMENT.exec(named)?.[1];
  if (name === undefined) return named;
  const address = process.env[name];
  if (address !== undefined && URL.canParse(address)) return address;
  throw new PipelineError('WEBHOOK_NOT_ALLOWED', {
    what: `The worker's environment has no address in ${name}.`,
    fix: `Set ${name} where the worker runs.`,
  });
}

function requireAllowedHost(address: string): void {
  const { allowedHosts } = remoteAccess();
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (allowedHosts.has(url.host) || allowedHosts.has(url.hostname))) return;
  throw new PipelineError('WEBHOOK_NOT_ALLOWED', {
    what: `The webhook's host ${url?.host ?? address} is not on the allow-list.`,
  });
}
