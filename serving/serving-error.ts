/** The status codes of TensorFlow Serving that this server uses, and the HTTP status of each. */
const STATUS = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
  CANCELLED: 499,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
} as const;

export type ServingCode = keyof typeof STATUS;

/** An error whose message goes to the client as `{ "error": message }`, as TensorFlow Serving says it. */
export class ServingError extends Error {
  override readonly name = 'ServingError';
  readonly code: ServingCode;

  constructor(code: ServingCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

export const invalidArgument = (message: string) => new ServingError('INVALID_ARGUMENT', message);
export const notFound = (message: string) => new ServingError('NOT_FOUND', message);
