/** Bitmaps and selection vectors. Flags are bytes, 0 = false. */

export function countBits(bitmap: usize, count: i32): i32 {
  let total: i64 = 0;
  const words = count >> 6;
  for (let i = 0; i < words; i++) total += popcnt<i64>(load<i64>(bitmap + ((<usize>i) << 3)));
  const rest = count & 63;
  if (rest != 0) {
    const last = load<u64>(bitmap + ((<usize>words) << 3));
    total += popcnt<i64>(<i64>(last & ((<u64>1 << <u64>rest) - 1)));
  }
  return <i32>total;
}

export function andBitmaps(a: usize, b: usize, out: usize, count: i32): void {
  const bytes = (count + 7) >> 3;
  for (let i: usize = 0; i < <usize>bytes; i += 16) {
    v128.store(out + i, v128.and(v128.load(a + i), v128.load(b + i)));
  }
}

export function packFlags(flags: usize, count: i32, out: usize): void {
  const zero = i8x16.splat(0);
  for (let i: usize = 0; i < <usize>count; i += 16) {
    store<u16>(out + (i >> 3), <u16>i8x16.bitmask(i8x16.ne(v128.load(flags + i), zero)));
  }
}

export function unpackBits(bitmap: usize, count: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u8>(out + i, (load<u8>(bitmap + (i >> 3)) >> <u8>(i & 7)) & 1);
  }
}

/** For every four flags the numbers of those that are set, from the front. */
const CHOICES = memory.data<u32>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 1, 2, 0, 0, 0, 1, 2, 0,
  3, 0, 0, 0, 0, 3, 0, 0, 1, 3, 0, 0, 0, 1, 3, 0, 2, 3, 0, 0, 0, 2, 3, 0, 1, 2, 3, 0, 0, 1, 2, 3,
], 16);

/** Writes four numbers at a time: up to three entries past the last one. */
export function selectFlags(flags: usize, count: i32, out: usize): i32 {
  const zero = i8x16.splat(0);
  let at = out;
  for (let i: i32 = 0; i < count; i += 16) {
    let mask = i8x16.bitmask(i8x16.ne(v128.load(flags + <usize>i), zero));
    if (i + 16 > count) mask &= (1 << (count - i)) - 1;
    if (mask == 0) continue;
    for (let j = 0; j < 16; j += 4) {
      const four = <usize>(mask & 15);
      const rows = i32x4.add(v128.load(CHOICES + (four << 4)), i32x4.splat(i + j));
      v128.store(at, rows);
      at += <usize>popcnt<i32>(<i32>four) << 2;
      mask >>>= 4;
    }
  }
  return <i32>((at - out) >> 2);
}

export function refineSelection(selection: usize, count: i32, flags: usize, out: usize): i32 {
  let at = out;
  const end = selection + (<usize>count << 2);
  const last = end - (<usize>(count & 3) << 2);
  let from = selection;
  for (; from < last; from += 16) {
    const a = load<u32>(from);
    const b = load<u32>(from, 4);
    const c = load<u32>(from, 8);
    const d = load<u32>(from, 12);
    store<u32>(at, a);
    at += <usize>(load<u8>(flags + <usize>a) != 0) << 2;
    store<u32>(at, b);
    at += <usize>(load<u8>(flags + <usize>b) != 0) << 2;
    store<u32>(at, c);
    at += <usize>(load<u8>(flags + <usize>c) != 0) << 2;
    store<u32>(at, d);
    at += <usize>(load<u8>(flags + <usize>d) != 0) << 2;
  }
  for (; from < end; from += 4) {
    const row = load<u32>(from);
    store<u32>(at, row);
    at += <usize>(load<u8>(flags + <usize>row) != 0) << 2;
  }
  return <i32>((at - out) >> 2);
}

export function selectClear(bitmap: usize, count: i32, out: usize): i32 {
  let found: i32 = 0;
  for (let i: i32 = 0; i < count; i += 64) {
    let clear = ~load<u64>(bitmap + (<usize>i >> 3));
    if (i + 64 > count) clear &= (<u64>1 << <u64>(count - i)) - 1;
    while (clear != 0) {
      store<u32>(out + ((<usize>found) << 2), i + <i32>ctz<u64>(clear));
      found++;
      clear &= clear - 1;
    }
  }
  return found;
}
