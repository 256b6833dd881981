import type { BinaryString } from './bytes.js';
import { binaryToBytes } from './bytes.js';

const MASK = 0xffff_ffff_ffff_ffffn;

const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;

type State = [bigint, bigint, bigint, bigint];

function round([a, b, c, d]: State): State {
  let v0 = (a + b) & MASK;
  let v1 = rotate(b, 13n) ^ v0;
  v0 = rotate(v0, 32n);
  let v2 = (c + d) & MASK;
  let v3 = rotate(d, 16n) ^ v2;
  v0 = (v0 + v3) & MASK;
  v3 = rotate(v3, 21n) ^ v0;
  v2 = (v2 + v1) & MASK;
  v1 = rotate(v1, 17n) ^ v2;
  v2 = rotate(v2, 32n);
  return [v0, v1, v2, v3];
}

/** SipHash-2-4 of bytes under a key of two 64-bit words. @see Aumasson & Bernstein (2012), SipHash. */
export function sipHash(text: BinaryString, [k0, k1]: readonly [bigint, bigint]): bigint {
  const bytes = binaryToBytes(text);
  const words = Math.floor(bytes.length / 8);
  let state: State = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const tail = Buffer.alloc(8);
  bytes.copy(tail, 0, words * 8);
  tail[7] = bytes.length & 0xff;
  for (let index = 0; index <= words; index++) {
    const word = index < words ? bytes.readBigUInt64LE(index * 8) : tail.readBigUInt64LE();
    state[3] ^= word;
    state = round(round(state));
    state[0] ^= word;
  }
  state[2] ^= 0xffn;
  state = round(round(round(round(state))));
  return state[0] ^ state[1] ^ state[2] ^ state[3];
}
