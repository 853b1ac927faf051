/** PostgreSQL's hash functions (hashfn.c, Bob Jenkins's lookup3), for hashtext() and its kin. */
const seed = 0x9e3779b9;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

interface State {
  a: number;
  b: number;
  c: number;
}

function mix(state: State): void {
  let { a, b, c } = state;
  a = (a - c) ^ rotate(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ rotate(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 4);
  b = (b + a) | 0;
  state.a = a;
  state.b = b;
  state.c = c;
}

/** The two words of a result of 64 bits; the second is the one of 32. */
function finish({ a, b, c }: State): readonly [high: number, low: number] {
  let [x, y, z] = [a, b, c];
  z = ((z ^ y) - rotate(y, 14)) | 0;
  x = ((x ^ z) - rotate(z, 11)) | 0;
  y = ((y ^ x) - rotate(x, 25)) | 0;
  z = ((z ^ y) - rotate(y, 16)) | 0;
  x = ((x ^ z) - rotate(z, 4)) | 0;
  y = ((y ^ x) - rotate(x, 14)) | 0;
  z = ((z ^ y) - rotate(y, 24)) | 0;
  return [y, z];
}

/** `salt`: the seed of a hash of 64 bits. */
function initial(length: number, salt = 0n): State {
  const start = (seed + length + 3923095) | 0;
  const state = { a: start, b: start, c: start };
  if (salt === 0n) return state;
  state.a = (start + Number(BigInt.asIntN(32, salt >> 32n))) | 0;
  state.b = (start + Number(BigInt.asIntN(32, salt))) | 0;
  mix(state);
  return state;
}

function whole([high, low]: readonly [high: number, low: number]): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** hash_bytes: an int4. */
export function hashBytes(bytes: Uint8Array): number {
  return finish(mixed(initial(bytes.length), bytes))[1];
}

/** hash_bytes_extended: unsigned. */
export function hashBytesExtended(bytes: Uint8Array, salt: bigint): bigint {
  return whole(finish(mixed(initial(bytes.length, salt), bytes)));
}

function mixed(state: State, bytes: Uint8Array): State {
  let at = 0;
  const word = (from: number): number =>
    (bytes[from] ?? 0) |
    ((bytes[from + 1] ?? 0) << 8) |
    ((bytes[from + 2] ?? 0) << 16) |
    ((bytes[from + 3] ?? 0) << 24);
  for (; bytes.length - at >= 12; at += 12) {
    state.a = (state.a + word(at)) | 0;
    state.b = (state.b + word(at + 4)) | 0;
    state.c = (state.c + word(at + 8)) | 0;
    mix(state);
  }
  // The lowest byte of c is kept for the length.
  const tail = (from: number): number => (from < bytes.length ? word(from) : 0);
  state.a = (state.a + tail(at)) | 0;
  state.b = (state.b + tail(at + 4)) | 0;
  state.c = (state.c + (tail(at + 8) << 8)) | 0;
  return state;
}

/** hash_uint32. */
export function hashWord(value: number): number {
  const state = initial(4);
  state.a = (state.a + value) | 0;
  return finish(state)[1];
}

/** hash_uint32_extended: unsigned. */
export function hashWordExtended(value: number, salt: bigint): bigint {
  const state = initial(4, salt);
  state.a = (state.a + value) | 0;
  return whole(finish(state));
}

/** Numbers that are also an int4 hash like it. */
export function foldedInt8(value: bigint): number {
  const low = Number(BigInt.asIntN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return low ^ (value >= 0n ? high : ~high);
}

export function hashInt8(value: bigint): number {
  return hashWord(foldedInt8(value));
}
