import { PipelineError } from '../errors/pipeline-error.js';

const MAX_NESTING = 64;

/** A bounds-checked cursor over protobuf's wire format, for messages that must be read fast or leniently. */
export class ProtoReader {
  readonly #bytes: Buffer;
  #at: number;
  #end: number;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
    this.#end = bytes.byteLength;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** A varint that must fit 32 bits unsigned: tags and lengths. */
  varint32(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      result += (byte & 127) * 2 ** shift;
      if (byte < 128) return result > 0xffffffff ? this.#fail('a length beyond 32 bits') : result;
    }
    return this.#fail('a varint that does not end');
  }

  int64(): bigint {
    let low = 0;
    let high = 0;
    for (let k = 0; k < 10; k++) {
      const byte = this.#byte();
      const bits = byte & 127;
      if (k < 4) low += bits * 2 ** (7 * k);
      else if (k === 4) {
        low += (bits & 15) * 2 ** 28;
        high = bits >>> 4;
      } else high += bits * 2 ** (7 * k - 32);
      if (byte < 128) {
        if (high === 0) return BigInt(low);
        return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
      }
    }
    return this.#fail('a varint of more than ten bytes');
  }

  float(): number {
    this.#need(4);
    const value = this.#bytes.readFloatLE(this.#at);
    this.#at += 4;
    return value;
  }

  /** A view into the record, not a copy. */
  bytes(): Uint8Array {
    const length = this.varint32();
    this.#need(length);
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  string(): string {
    const length = this.varint32();
    this.#need(length);
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  /** Reads a length-delimited message: `onField` is called with each tag and must consume its field. */
  message(onField: (tag: number) => void): void {
    const outer = this.#enter();
    while (this.#at < this.#end) onField(this.varint32());
    this.#leave(outer);
  }

  /** Reads a packed list: `onValue` is called until its bytes are used up. */
  packed(onValue: () => void): void {
    const outer = this.#enter();
    while (this.#at < this.#end) onValue();
    this.#leave(outer);
  }

  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === 0) this.int64();
    else if (wireType === 1) this.#advance(8);
    else if (wireType === 2) this.#advance(this.varint32());
    else if (wireType === 5) this.#advance(4);
    else this.#fail(`wire type ${wireType}`);
  }

  #enter(): number {
    const length = this.varint32();
    this.#need(length);
    if (++this.#depth > MAX_NESTING) this.#fail('messages nested too deep');
    const outer = this.#end;
    this.#end = this.#at + length;
    return outer;
  }

  #leave(outer: number): void {
    this.#end = outer;
    this.#depth--;
  }

  #advance(length: number): void {
    this.#need(length);
    this.#at += length;
  }

  #byte(): number {
    if (this.#at >= this.#end) this.#fail('the end in the middle of a value');
    return this.#bytes[this.#at++]!;
  }

  #need(length: number): void {
    if (this.#at + length > this.#end) this.#fail('a field longer than the bytes that are left');
  }

  #fail(found: string): never {
    throw new PipelineError('EXAMPLE_CORRUPT', {
      what: `The record is not a tf.Example: at byte ${this.#at} there is ${found}.`,
      details: { offset: this.#at },
    });
  }
}
