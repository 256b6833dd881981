import type { Catalog } from './catalog.js';

export const s3 = {
  S3_BUCKET_NOT_FOUND: {
    kind: 'config',
    retryable: false,
    headline: 'An S3 bucket does not exist.',
    why: 'The name is wrong, or the endpoint is that of another S3: AWS_ENDPOINT_URL_S3 and AWS_REGION say which one is asked.',
    fix: 'Correct the bucket in the s3:// address, create it, or correct the endpoint.',
  },
  S3_OBJECT_NOT_FOUND: {
    kind: 'artifact',
    retryable: false,
    headline: 'An S3 object does not exist.',
    why: 'It was deleted, or never written.',
    fix: 'Correct the key in the s3:// address; keys are case-sensitive and not percent-encoded.',
  },
  S3_OBJECT_CHANGED: {
    kind: 'unavailable',
    retryable: true,
    headline: 'An S3 object was replaced while it was read.',
    why: 'Its ETag is another one now; half of one file and half of another would be no data at all.',
    fix: 'Try again when the object is complete; write new data under a new key.',
  },
  S3_CREDENTIALS_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'There are no credentials for S3.',
    why: 'Neither the environment nor a profile or role of this machine has any.',
    fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for the worker; or give its machine a role.',
  },
  S3_FORBIDDEN: {
    kind: 'config',
    retryable: false,
    headline: 'S3 refuses the credentials.',
    why: 'They are wrong or expired, or their policy does not allow this bucket and action.',
    fix: 'Allow s3:GetObject and s3:ListBucket for inputs; s3:PutObject, s3:DeleteObject and multipart uploads, too, for artifacts and destinations.',
  },
  S3_REGION_WRONG: {
    kind: 'config',
    retryable: false,
    headline: 'The S3 bucket lies in another region.',
    why: 'Requests are signed for the region of AWS_REGION or the profile.',
    fix: 'Set AWS_REGION to the region of the bucket.',
  },
  S3_REQUEST_REFUSED: {
    kind: 'config',
    retryable: false,
    headline: 'S3 refuses a request.',
    why: 'The request is not valid there, or this S3 does not offer what it needs.',
    fix: 'Read what S3 says; for an S3 that is not from AWS look at its compatibility notes, e.g. AWS_REQUEST_CHECKSUM_CALCULATION=WHEN_REQUIRED.',
  },
  S3_UNAVAILABLE: {
    kind: 'unavailable',
    retryable: true,
    headline: 'S3 does not answer.',
    why: 'The network or S3 itself is away or overloaded, or the endpoint is wrong.',
    fix: 'Try again; look at AWS_ENDPOINT_URL_S3 when it stays away.',
  },
} as const satisfies Catalog;
