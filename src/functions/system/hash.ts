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

function finish({ a, b, c }: State): number {
  let [x, y, z] = [a, b, c];
  z = ((z ^ y) - rotate(y, 14)) | 0;
  x = ((x ^ z) - rotate(z, 11)) | 0;
  y = ((y ^ x) - rotate(x, 25)) | 0;
  z = ((z ^ y) - rotate(y, 16)) | 0;
  x = ((x ^ z) - rotate(z, 4)) | 0;
  y = ((y ^ x) - rotate(x, 14)) | 0;
  z = ((z ^ y) - rotate(y, 24)) | 0;
  return z;
}

function initial(length: number): State {
  const start = (seed + length + 3923095) | 0;
  return { a: start, b: start, c: start };
}

/** hash_bytes: an int4. */
export function hashBytes(bytes: Uint8Array): number {
  const state = initial(bytes.length);
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
  return finish(state);
}

/** hash_uint32. */
export function hashWord(value: number): number {
  const state = initial(4);
  state.a = (state.a + value) | 0;
  return finish(state);
}

export function hashInt8(value: bigint): number {
  const low = Number(BigInt.asIntN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return hashWord(low ^ (value >= 0n ? high : ~high));
}
