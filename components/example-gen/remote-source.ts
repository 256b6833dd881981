import { isS3 } from '../../artifacts/s3/address.js';
import { httpSource } from './http-source.js';
import { isHttp } from './http-files.js';
import { s3Source } from './s3-source.js';

/** Input files that do not lie on this machine: how they are found, told apart and read. */
export interface RemoteSource {
  /**
   * The addresses that a pattern names, sorted; a glob or a "folder" means its files.
   * @param options.orUnder a glob that matches a "folder" means its files, too
   */
  find(pattern: string, options: FindOptions): Promise<string[]>;
  /** What changes when, and only when, the file's content may have changed. */
  fingerprint(file: string, signal?: AbortSignal): Promise<string>;
  /** The bytes, and the fingerprint of just these bytes once all are read. */
  read(file: string, signal?: AbortSignal): RemoteFile;
  /** Whether a single file is there. */
  exists(file: string, signal?: AbortSignal): Promise<boolean>;
  /** False: there is no way to ask which files there are. */
  readonly lists: boolean;
  /** The address as it may be shown: without secrets. */
  shown(file: string): string;
}

export interface FindOptions {
  readonly orUnder?: boolean;
}

export interface RemoteFile {
  readonly bytes: AsyncIterable<Buffer>;
  readonly fingerprint: () => string;
}

/** The source of an address that is remote; undefined for local ones. */
export function remoteSource(address: string): RemoteSource | undefined {
  if (isHttp(address)) return httpSource;
  return isS3(address) ? s3Source : undefined;
}
