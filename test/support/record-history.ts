import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { repositoryRoot } from './shared.js';

export const historiesFolder = path.join(repositoryRoot, 'test/replay/histories');

/**
 * Saves a run's history for replay tests, as `test/replay/histories/<name>.json`. Places of this machine (artifact
 * roots, process and host names) are replaced: nothing in a replay depends on them.
 */
export async function recordHistory(client: Client, workflowId: string, name: string, runId?: string): Promise<string> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const recorded: unknown = JSON.parse(historyToJSON(history));
  const file = path.join(historiesFolder, `${name}.json`);
  mkdirSync(historiesFolder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(withoutPlaces(recorded), null, 1)}\n`);
  return file;
}

/** Fields that name processes and hosts. */
const IDENTITIES: ReadonlySet<string> = new Set(['identity', 'binaryChecksum']);

function withoutPlaces(value: unknown): unknown {
  if (typeof value === 'string') return replacePlaces(value);
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      if (IDENTITIES.has(key)) return [key, 'worker'];
      // Payloads are base64 of JSON.
      if (key === 'data' && typeof field === 'string') return [key, encode(replacePlaces(decode(field)))];
      return [key, withoutPlaces(field)];
    }),
  );
}

const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

function replacePlaces(text: string): string {
  return text
    .replaceAll(repositoryRoot, '/project')
    .replaceAll(new RegExp(`${escape(tmpdir())}/[\\w.-]+`, 'g'), '/project/.tfx-temporal')
    .replaceAll(new RegExp(`${escape(process.env['HOME'] ?? '/home')}/`, 'g'), '/home/');
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
