import { PipelineError } from '../../errors/pipeline-error.js';

/** What the worker's operator allows for input files from elsewhere. */
export interface RemoteAccess {
  /** Web servers, as `host` or `host:port`: none but these. */
  readonly allowedHosts: ReadonlySet<string>;
  /** S3 buckets: none but these; undefined: what the credentials allow. */
  readonly allowedBuckets: ReadonlySet<string> | undefined;
  /** Of one file. */
  readonly maxBytes: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_MAX_MIB = 10_240;

/** Reads TFX_TEMPORAL_ALLOWED_HOSTS, TFX_TEMPORAL_ALLOWED_BUCKETS and TFX_TEMPORAL_MAX_DOWNLOAD_MIB. */
export function remoteAccess(environment: Environment = process.env): RemoteAccess {
  const buckets = environment['TFX_TEMPORAL_ALLOWED_BUCKETS'];
  const mib = Number(environment['TFX_TEMPORAL_MAX_DOWNLOAD_MIB'] ?? DEFAULT_MAX_MIB);
  return {
    allowedHosts: new Set(listed(environment['TFX_TEMPORAL_ALLOWED_HOSTS']?.toLowerCase())),
    allowedBuckets: buckets === undefined ? undefined : new Set(listed(buckets)),
    maxBytes: (Number.isFinite(mib) && mib > 0 ? mib : DEFAULT_MAX_MIB) * 2 ** 20,
  };
}

function listed(text = ''): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** @throws INPUT_TOO_LARGE */
export function requireDownloadSize(shown: string, bytes: number, { maxBytes }: RemoteAccess): void {
  if (bytes <= maxBytes) return;
  throw new PipelineError('INPUT_TOO_LARGE', {
    what: `${shown} is larger than ${Math.round(maxBytes / 2 ** 20)} MiB.`,
  });
}
