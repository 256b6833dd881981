import type { BinaryString } from './bytes.js';

/*
 * FarmHash's Fingerprint64 (farmhashna::Hash64), which TensorFlow's StringToHashBucketFast uses. 64-bit words are pairs
 * of 32-bit halves, since BigInt is an order of magnitude slower. Source: github.com/google/farmhash, src/farmhash.cc.
 */

/** A 64-bit word. */
interface Word {
  readonly hi: number;
  readonly lo: number;
}

const word = (hi: number, lo: number): Word => ({ hi: hi >>> 0, lo: lo >>> 0 });

const K0 = word(0xc3a5c85c, 0x97cb3127);
const K1 = word(0xb492b66f, 0xbe98f273);
const K2 = word(0x9ae16a3b, 0x2f90404f);

const small = (value: number): Word => word(Math.floor(value / 2 ** 32), value);

function add(a: Word, b: Word): Word {
  const lo = a.lo + b.lo;
  return word(a.hi + b.hi + (lo > 0xffffffff ? 1 : 0), lo);
}

const xor = (a: Word, b: Word): Word => word(a.hi ^ b.hi, a.lo ^ b.lo);

/** The high half of a 32 by 32 bit product, by 16-bit limbs. */
function multiplyHigh(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const other = a0 * b1 + (middle & 0xffff);
  return a1 * b1 + Math.floor(middle / 65536) + Math.floor(other / 65536);
}

function multiply(a: Word, b: Word): Word {
  const hi = multiplyHigh(a.lo, b.lo) + Math.imul(a.hi, b.lo) + Math.imul(a.lo, b.hi);
  return word(hi, Math.imul(a.lo, b.lo));
}

function rotate(value: Word, shift: number): Word {
  if (shift >= 32) return rotate(word(value.lo, value.hi), shift - 32);
  if (shift === 0) return value;
  const left = 32 - shift;
  return word((value.hi >>> shift) | (value.lo << left), (value.lo >>> shift) | (value.hi << left));
}

/** value ^ (value >>> 47). */
const shiftMix = (value: Word): Word => word(value.hi, value.lo ^ (value.hi >>> 15));

/** Reads the bytes of a binary string. */
class Reader {
  readonly #text: BinaryString;

  constructor(text: BinaryString) {
    this.#text = text;
  }

  byte(at: number): number {
    return this.#text.charCodeAt(at);
  }

  fetch32(at: number): number {
    return (this.byte(at) | (this.byte(at + 1) << 8) | (this.byte(at + 2) << 16) | (this.byte(at + 3) << 24)) >>> 0;
  }

  fetch(at: number): Word {
    return word(this.fetch32(at + 4), this.fetch32(at));
  }
}

function hash16(u: Word, v: Word, multiplier: Word): Word {
  const a = shiftMix(multiply(xor(u, v), multiplier));
  const b = shiftMix(multiply(xor(v, a), multiplier));
  return multiply(b, multiplier);
}

function hashTo16(s: Reader, length: number): Word {
  if (length >= 8) {
    const multiplier = add(K2, small(length * 2));
    const a = add(s.fetch(0), K2);
    const b = s.fetch(length - 8);
    const c = add(multiply(rotate(b, 37), multiplier), a);
    const d = multiply(add(rotate(a, 25), b), multiplier);
    return hash16(c, d, multiplier);
  }
  if (length >= 4) {
    const multiplier = add(K2, small(length * 2));
    return hash16(small(length + s.fetch32(0) * 8), small(s.fetch32(length - 4)), multiplier);
  }
  if (length === 0) return K2;
  const y = s.byte(0) + s.byte(length >> 1) * 256;
  const z = length + s.byte(length - 1) * 4;
  return multiply(shiftMix(xor(multiply(small(y), K2), multiply(small(z), K0))), K2);
}

function hashTo32(s: Reader, length: number): Word {
  const multiplier = add(K2, small(length * 2));
  const a = multiply(s.fetch(0), K1);
  const b = s.fetch(8);
  const c = multiply(s.fetch(length - 8), multiplier);
  const d = multiply(s.fetch(length - 16), K2);
  const u = add(add(rotate(add(a, b), 43), rotate(c, 30)), d);
  const v = add(add(a, rotate(add(b, K2), 18)), c);
  return hash16(u, v, multiplier);
}

function hashTo64(s: Reader, length: number): Word {
  const multiplier = add(K2, small(length * 2));
  const a = multiply(s.fetch(0), K2);
  const b = s.fetch(8);
  const c = multiply(s.fetch(length - 8), multiplier);
  const d = multiply(s.fetch(length - 16), K2);
  const y = add(add(rotate(add(a, b), 43), rotate(c, 30)), d);
  const z = hash16(y, add(add(a, rotate(add(b, K2), 18)), c), multiplier);
  const e = multiply(s.fetch(16), multiplier);
  const f = s.fetch(24);
  const g = multiply(add(y, s.fetch(length - 32)), multiplier);
  const h = multiply(add(z, s.fetch(length - 24)), multiplier);
  const u = add(add(rotate(add(e, f), 43), rotate(g, 30)), h);
  return hash16(u, add(add(e, rotate(add(f, a), 18)), g), multiplier);
}

type Pair = readonly [Word, Word];

function weakHash32(s: Reader, at: number, a0: Word, b0: Word): Pair {
  const first = add(a0, s.fetch(at));
  const turned = rotate(add(add(b0, first), s.fetch(at + 24)), 21);
  const sum = add(add(first, s.fetch(at + 8)), s.fetch(at + 16));
  return [add(sum, s.fetch(at + 24)), add(add(turned, rotate(sum, 44)), first)];
}

interface State {
  x: Word;
  y: Word;
  z: Word;
  v: Pair;
  w: Pair;
}

/** Mixes 64 bytes in; the last block multiplies by another word and by 9. */
function mixBlock(s: Reader, at: number, state: State, multiplier: Word, factor: Word): void {
  const { v, w } = state;
  let x = multiply(rotate(add(add(add(state.x, state.y), v[0]), s.fetch(at + 8)), 37), multiplier);
  let y = multiply(rotate(add(add(state.y, v[1]), s.fetch(at + 48)), 42), multiplier);
  x = xor(x, multiply(w[1], factor));
  y = add(y, add(multiply(v[0], factor), s.fetch(at + 40)));
  const z = multiply(rotate(add(state.z, w[0]), 33), multiplier);
  state.v = weakHash32(s, at, multiply(v[1], multiplier), add(x, w[0]));
  state.w = weakHash32(s, at + 32, add(z, w[1]), add(y, s.fetch(at + 16)));
  state.x = z;
  state.y = y;
  state.z = x;
}

function hashLong(s: Reader, length: number): Word {
  const zero: Pair = [small(0), small(0)];
  const y = add(multiply(small(81), K1), small(113));
  const z = multiply(shiftMix(add(multiply(y, K2), small(113))), K2);
  const state: State = { x: add(multiply(small(81), K2), s.fetch(0)), y, z, v: zero, w: zero };
  const end = Math.floor((length - 1) / 64) * 64;
  for (let at = 0; at < end; at += 64) mixBlock(s, at, state, K1, small(1));
  const multiplier = add(K1, small((state.z.lo & 0xff) * 2));
  const tail = add(state.w[0], small((length - 1) & 63));
  state.v = [add(state.v[0], tail), state.v[1]];
  state.w = [add(tail, state.v[0]), state.w[1]];
  mixBlock(s, length - 64, state, multiplier, small(9));
  const { v, w } = state;
  return hash16(
    add(add(hash16(v[0], w[0], multiplier), multiply(shiftMix(state.y), K0)), state.z),
    add(hash16(v[1], w[1], multiplier), state.x),
    multiplier,
  );
}

function hashWord(text: BinaryString): Word {
  const reader = new Reader(text);
  if (text.length <= 16) return hashTo16(reader, text.length);
  if (text.length <= 32) return hashTo32(reader, text.length);
  return text.length <= 64 ? hashTo64(reader, text.length) : hashLong(reader, text.length);
}

/** Fingerprint64 modulo `numBuckets` (1 to 2^53): TensorFlow's StringToHashBucketFast. */
export function hashBucket(text: BinaryString, numBuckets: number): number {
  const { hi, lo } = hashWord(text);
  if (numBuckets <= 2 ** 20) return ((hi % numBuckets) * 2 ** 32 + lo) % numBuckets;
  return Number(((BigInt(hi) << 32n) | BigInt(lo)) % BigInt(numBuckets));
}
