import { isUtf8 } from 'node:buffer';

/**
 * A STRING feature is bytes. Inside the graph bytes are held as a "binary string": one UTF-16 unit per byte. So equality,
 * hashing, order and map keys are those of the bytes, as in TensorFlow, also for text that is not UTF-8.
 */
export type BinaryString = string;

const ASCII = /^[\x00-\x7f]*$/;

/** Text or bytes to a binary string. ASCII text is itself. */
export function toBinary(value: string | Uint8Array): BinaryString {
  if (typeof value !== 'string')
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  return ASCII.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');
}

/** The bytes of a binary string. */
export function binaryToBytes(binary: BinaryString): Buffer {
  return Buffer.from(binary, 'latin1');
}

/** A binary string as text when it is UTF-8, else as bytes. */
export function fromBinary(binary: BinaryString): string | Uint8Array {
  if (ASCII.test(binary)) return binary;
  const bytes = binaryToBytes(binary);
  return isUtf8(bytes) ? bytes.toString('utf8') : new Uint8Array(bytes);
}

/** A binary string as text for people; what is not UTF-8 shows as replacement characters. */
export function displayBinary(binary: BinaryString): string {
  return ASCII.test(binary) ? binary : binaryToBytes(binary).toString('utf8');
}

/** A binary string in JSON: text where it is UTF-8, else `{ base64 }`. */
export function binaryToJson(binary: BinaryString): string | { readonly base64: string } {
  const value = fromBinary(binary);
  return typeof value === 'string' ? value : { base64: Buffer.from(value).toString('base64') };
}

export function binaryFromJson(json: unknown): BinaryString {
  if (typeof json === 'string') return toBinary(json);
  return Buffer.from((json as { base64: string }).base64, 'base64').toString('latin1');
}
