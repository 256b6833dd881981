import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckResult } from './doctor.js';

/** Staging everything takes about 1.5 GB. */
const ENOUGH_GIGABYTES = 2;

/** Whether a folder, or the nearest one above it that exists, can be written. */
export async function checkStateFolder(folder: string): Promise<CheckResult> {
  const nearest = nearestFolder(folder);
  const probe = join(nearest, `.tfx-temporal-probe-${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      state: 'failed',
      found: reason,
      fix: `Make ${nearest} writable, or name another folder (TFX_TEMPORAL_STATE).`,
    };
  }
  return { state: 'ok', found: nearest === folder ? folder : `${folder} (will be made)` };
}

export async function checkDisk(folder: string): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(nearestFolder(folder));
  const gigabytes = (bavail * bsize) / 1e9;
  const found = `${gigabytes.toFixed(1)} GB free`;
  if (gigabytes >= ENOUGH_GIGABYTES) return { state: 'ok', found };
  const fix = `Free some space, or move the state folder (TFX_TEMPORAL_STATE): ${String(ENOUGH_GIGABYTES)} GB are enough.`;
  return { state: 'warning', found, fix };
}

function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
