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

export function selectFlags(flags: usize, count: i32, out: usize): i32 {
  const zero = i8x16.splat(0);
  let found: i32 = 0;
  for (let i: i32 = 0; i < count; i += 16) {
    let mask = i8x16.bitmask(i8x16.ne(v128.load(flags + <usize>i), zero));
    if (i + 16 > count) mask &= (1 << (count - i)) - 1;
    while (mask != 0) {
      store<u32>(out + ((<usize>found) << 2), i + ctz<i32>(mask));
      found++;
      mask &= mask - 1;
    }
  }
  return found;
}

export function refineSelection(selection: usize, count: i32, flags: usize, out: usize): i32 {
  let found: i32 = 0;
  for (let i: i32 = 0; i < count; i++) {
    const row = load<u32>(selection + ((<usize>i) << 2));
    store<u32>(out + ((<usize>found) << 2), row);
    found += load<u8>(flags + <usize>row) != 0 ? 1 : 0;
  }
  return found;
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
