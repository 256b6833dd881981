import type * as Sdk from '@aws-sdk/client-s3';

/** The parts of the SDK that are used, loaded when an `s3://` address is first touched: it takes half a second. */
export type S3Sdk = typeof Sdk;

export interface S3Connection {
  readonly sdk: S3Sdk;
  readonly client: Sdk.S3Client;
}

const CONNECT_MS = 10_000;
/** Of silence on a connection. */
const SOCKET_MS = 60_000;

let connection: Promise<S3Connection> | undefined;

/**
 * The client of this thread: credentials, region and endpoint come from the environment as every AWS tool reads them
 * (`AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, instance roles, …).
 */
export function s3Connection(): Promise<S3Connection> {
  return (connection ??= connect());
}

async function connect(): Promise<S3Connection> {
  // Said once a process on Node 20, which this version of the SDK supports; a worker's threads would each say it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const sdk = await import('@aws-sdk/client-s3');
  return { sdk, client: new sdk.S3Client(configuration(process.env)) };
}

function configuration(environment: Readonly<Record<string, string | undefined>>): Sdk.S3ClientConfig {
  // Compose files and CI pass on what is not set as ''.
  const endpoint = environment['AWS_ENDPOINT_URL_S3'] || environment['AWS_ENDPOINT_URL'] || undefined;
  const region = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || undefined;
  return {
    // A profile may name one; without any, S3 itself says where a bucket is.
    ...(region === undefined && environment['AWS_PROFILE'] === undefined ? { region: 'us-east-1' } : {}),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? { followRegionRedirects: true } : { endpoint, forcePathStyle: true }),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SOCKET_MS },
  };
}
