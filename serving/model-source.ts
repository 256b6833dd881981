import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isS3 } from '../artifacts/s3/address.js';
import { readPayload } from '../artifacts/s3/payload.js';
import { s3Destination } from '../components/pusher/s3-destination.js';
import { readyVersions } from './model-versions.js';

/** Where a model's versions lie. */
export interface ModelSource {
  /** Where a version lies, for people. */
  at(version: number): string;
  /** The versions that can be loaded, ascending. */
  versions(): Promise<number[]>;
  /** Runs work on a version's folder, which need not stay longer. */
  withFolder<T>(version: number, work: (folder: string) => Promise<T>): Promise<T>;
}

/** Listing S3 costs money and time, so it is asked less often than a folder. */
const S3_LIST_MS = 10_000;

/** @param basePath an absolute path or an `s3://` URI */
export function modelSource(basePath: string): ModelSource {
  return isS3(basePath) ? s3Source(basePath) : folderSource(basePath);
}

function folderSource(basePath: string): ModelSource {
  const at = (version: number): string => path.join(basePath, String(version));
  return { at, versions: () => readyVersions(basePath), withFolder: (version, work) => work(at(version)) };
}

function s3Source(basePath: string): ModelSource {
  const destination = s3Destination(basePath);
  let listed: { readonly at: number; readonly versions: readonly number[] } | undefined;
  return {
    at: (version) => destination.at(version),
    versions: async () => {
      if (listed === undefined || Date.now() - listed.at >= S3_LIST_MS)
        listed = { at: Date.now(), versions: await destination.versions() };
      return [...listed.versions];
    },
    withFolder: async (version, work) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'tfx-temporal-model-'));
      try {
        await readPayload(destination.at(version), folder);
        return await work(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
