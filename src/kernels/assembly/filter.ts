/**
 * Comparisons of columns with constants, flags, and codes through tables.
 * Flags are bytes, 0 = false; true is 1 or 255.
 */

// @ts-ignore: decorator
@inline
function put(flags: usize, mask: v128, narrow: bool): void {
  if (narrow) v128.store(flags, v128.and(v128.load(flags), mask));
  else v128.store(flags, mask);
}

/** Sixteen 8-bit masks out of four vectors of 32-bit masks. */
// @ts-ignore: decorator
@inline
function narrow32(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
}

/** Four 32-bit masks out of two vectors of 64-bit masks. */
// @ts-ignore: decorator
@inline
function narrow64(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function compare<T>(op: i32, a: v128, b: v128): v128 {
  if (op == 0) return v128.eq<T>(a, b);
  if (op == 1) return v128.ne<T>(a, b);
  if (op == 2) return v128.lt<T>(a, b);
  if (op == 3) return v128.le<T>(a, b);
  // NaN is greater than every number, so > and >= are the negations of <= and <.
  if (isFloat<T>()) {
    if (op == 4) return v128.not(v128.le<T>(a, b));
    return v128.not(v128.lt<T>(a, b));
  }
  if (op == 4) return v128.gt<T>(a, b);
  return v128.ge<T>(a, b);
}

// @ts-ignore: decorator
@inline
function block<T>(op: i32, at: usize, b: v128): v128 {
  if (sizeof<T>() == 2) {
    return i8x16.narrow_i16x8_s(
      compare<T>(op, v128.load(at), b), compare<T>(op, v128.load(at, 16), b));
  }
  if (sizeof<T>() == 4) {
    return narrow32(
      compare<T>(op, v128.load(at), b), compare<T>(op, v128.load(at, 16), b),
      compare<T>(op, v128.load(at, 32), b), compare<T>(op, v128.load(at, 48), b));
  }
  return narrow32(
    narrow64(compare<T>(op, v128.load(at), b), compare<T>(op, v128.load(at, 16), b)),
    narrow64(compare<T>(op, v128.load(at, 32), b), compare<T>(op, v128.load(at, 48), b)),
    narrow64(compare<T>(op, v128.load(at, 64), b), compare<T>(op, v128.load(at, 80), b)),
    narrow64(compare<T>(op, v128.load(at, 96), b), compare<T>(op, v128.load(at, 112), b)));
}

// @ts-ignore: decorator
@inline
function run<T>(op: i32, values: usize, count: i32, b: v128, flags: usize, narrow: bool): void {
  for (let i: usize = 0; i < <usize>count; i += 16) {
    put(flags + i, block<T>(op, values + i * sizeof<T>(), b), narrow);
  }
}

// @ts-ignore: decorator
@inline
function dispatch<T>(values: usize, count: i32, op: i32, b: v128, flags: usize, narrow: i32): void {
  const n = narrow != 0;
  if (op == 0) run<T>(0, values, count, b, flags, n);
  else if (op == 1) run<T>(1, values, count, b, flags, n);
  else if (op == 2) run<T>(2, values, count, b, flags, n);
  else if (op == 3) run<T>(3, values, count, b, flags, n);
  else if (op == 4) run<T>(4, values, count, b, flags, n);
  else run<T>(5, values, count, b, flags, n);
}

export function compareI16(
  values: usize, count: i32, op: i32, constant: i32, flags: usize, narrow: i32,
): void {
  dispatch<i16>(values, count, op, i16x8.splat(<i16>constant), flags, narrow);
}

export function compareI32(
  values: usize, count: i32, op: i32, constant: i32, flags: usize, narrow: i32,
): void {
  dispatch<i32>(values, count, op, i32x4.splat(constant), flags, narrow);
}

export function compareI64(
  values: usize, count: i32, op: i32, constant: i64, flags: usize, narrow: i32,
): void {
  dispatch<i64>(values, count, op, i64x2.splat(constant), flags, narrow);
}

export function compareF32(
  values: usize, count: i32, op: i32, constant: f32, flags: usize, narrow: i32,
): void {
  dispatch<f32>(values, count, op, f32x4.splat(constant), flags, narrow);
}

export function compareF64(
  values: usize, count: i32, op: i32, constant: f64, flags: usize, narrow: i32,
): void {
  dispatch<f64>(values, count, op, f64x2.splat(constant), flags, narrow);
}

export function equals16(
  values: usize, count: i32, constant: usize, flags: usize, narrow: i32,
): void {
  const wanted = v128.load(constant);
  for (let i: usize = 0; i < <usize>count; i++) {
    let same = i8x16.all_true(i8x16.eq(v128.load(values + (i << 4)), wanted)) ? 1 : 0;
    if (narrow != 0) same &= load<u8>(flags + i) != 0 ? 1 : 0;
    store<u8>(flags + i, same);
  }
}

export function equalsBytes(
  values: usize, count: i32, width: i32, constant: usize, flags: usize, narrow: i32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    let same = sameBytes(values + i * <usize>width, constant, width) ? 1 : 0;
    if (narrow != 0) same &= load<u8>(flags + i) != 0 ? 1 : 0;
    store<u8>(flags + i, same);
  }
}

/** Reads up to seven bytes past both ends. */
// @ts-ignore: decorator
@inline
function sameBytes(a: usize, b: usize, size: u32): bool {
  let i: usize = 0;
  for (; i + 8 <= <usize>size; i += 8) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
  }
  const rest = <u64>(size & 7);
  return rest == 0
    || ((load<u64>(a + i) ^ load<u64>(b + i)) & ((<u64>1 << (rest << 3)) - 1)) == 0;
}

export function equalsText(
  values: usize, offsets: usize, count: i32, constant: usize, length: u32, flags: usize, narrow: i32,
): void {
  let start = load<u32>(offsets);
  for (let i: usize = 0; i < <usize>count; i++) {
    const end = load<u32>(offsets + (i << 2), 4);
    let same = 0;
    if (end - start == length) {
      same = sameBytes(values + <usize>start, constant, length) ? 1 : 0;
    }
    if (narrow != 0) same &= load<u8>(flags + i) != 0 ? 1 : 0;
    store<u8>(flags + i, same);
    start = end;
  }
}

export function findText(
  values: usize, offsets: usize, count: i32, constant: usize, length: u32,
): i32 {
  let start = load<u32>(offsets);
  for (let i = 0; i < count; i++) {
    const end = load<u32>(offsets + ((<usize>i) << 2), 4);
    if (end - start == length && sameBytes(values + <usize>start, constant, length)) return i;
    start = end;
  }
  return -1;
}

export function compareCodes8(
  codes: usize, count: i32, code: i32, flags: usize, narrow: i32,
): void {
  const wanted = i8x16.splat(<i8>code);
  const n = narrow != 0;
  for (let i: usize = 0; i < <usize>count; i += 16) {
    put(flags + i, i8x16.eq(v128.load(codes + i), wanted), n);
  }
}

export function compareCodes16(
  codes: usize, count: i32, code: i32, flags: usize, narrow: i32,
): void {
  run<i16>(0, codes, count, i16x8.splat(<i16>code), flags, narrow != 0);
}

export function andFlags(flags: usize, other: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i += 16) {
    const a = i8x16.eq(v128.load(flags + i), i8x16.splat(0));
    const b = i8x16.eq(v128.load(other + i), i8x16.splat(0));
    v128.store(flags + i, v128.andnot(i8x16.splat(1), v128.or(a, b)));
  }
}

export function invertFlags(flags: usize, count: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i += 16) {
    v128.store(out + i, i8x16.eq(v128.load(flags + i), i8x16.splat(0)));
  }
}

export function maskFlags(flags: usize, validity: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i += 16) {
    const valid = spreadBits(validity + (i >> 3));
    v128.store(flags + i, v128.and(v128.load(flags + i), valid));
  }
}

// @ts-ignore: decorator
@inline
function codeAt<C>(codes: usize, row: usize): usize {
  return <usize>load<C>(codes + row * sizeof<C>());
}

// @ts-ignore: decorator
@inline
function mapRows<C, T>(codes: usize, table: usize, out: usize, count: i32, selection: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = selection == 0 ? i : <usize>load<u32>(selection + (i << 2));
    store<T>(out + row * sizeof<T>(), load<T>(table + codeAt<C>(codes, row) * sizeof<T>()));
  }
}

// @ts-ignore: decorator
@inline
function mapWide<C>(codes: usize, table: usize, out: usize, count: i32, selection: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = selection == 0 ? i : <usize>load<u32>(selection + (i << 2));
    v128.store(out + (row << 4), v128.load(table + (codeAt<C>(codes, row) << 4)));
  }
}

// @ts-ignore: decorator
@inline
function mapWidth<C>(
  codes: usize, table: usize, width: i32, out: usize, count: i32, selection: usize,
): void {
  if (width == 1) mapRows<C, u8>(codes, table, out, count, selection);
  else if (width == 2) mapRows<C, u16>(codes, table, out, count, selection);
  else if (width == 4) mapRows<C, u32>(codes, table, out, count, selection);
  else if (width == 8) mapRows<C, u64>(codes, table, out, count, selection);
  else mapWide<C>(codes, table, out, count, selection);
}

export function lookUpCodes(
  codes: usize, codeBytes: i32, table: usize, width: i32, out: usize, count: i32, selection: usize,
): void {
  if (codeBytes == 1) mapWidth<u8>(codes, table, width, out, count, selection);
  else if (codeBytes == 2) mapWidth<u16>(codes, table, width, out, count, selection);
  else mapWidth<u32>(codes, table, width, out, count, selection);
}

// @ts-ignore: decorator
@inline
function mark<C>(codes: usize, used: usize, count: i32, selection: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = selection == 0 ? i : <usize>load<u32>(selection + (i << 2));
    store<u8>(used + codeAt<C>(codes, row), 1);
  }
}

export function markCodes(
  codes: usize, codeBytes: i32, used: usize, count: i32, selection: usize,
): void {
  if (codeBytes == 1) mark<u8>(codes, used, count, selection);
  else if (codeBytes == 2) mark<u16>(codes, used, count, selection);
  else mark<u32>(codes, used, count, selection);
}

/** Sixteen 8-bit masks out of 16 validity bits. */
// @ts-ignore: decorator
@inline
function spreadBits(bitmap: usize): v128 {
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const two = i16x8.splat(<i16>load<u16>(bitmap));
  const spread = v128.shuffle<i8>(two, two, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  return i8x16.eq(v128.and(spread, bits), bits);
}

export function fillNullCodes(
  codes: usize, codeBytes: i32, validity: usize, count: i32, code: u32, out: usize,
): void {
  if (codeBytes == 1) {
    const filler = i8x16.splat(<i8>code);
    for (let i: usize = 0; i < <usize>count; i += 16) {
      const valid = spreadBits(validity + (i >> 3));
      v128.store(out + i, v128.bitselect(v128.load(codes + i), filler, valid));
    }
    return;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const valid = (<u32>load<u8>(validity + (i >> 3)) >> <u32>(i & 7)) & 1;
    if (codeBytes == 2) {
      store<u16>(out + (i << 1), valid ? load<u16>(codes + (i << 1)) : <u16>code);
    } else {
      store<u32>(out + (i << 2), valid ? load<u32>(codes + (i << 2)) : code);
    }
  }
}

// @ts-ignore: decorator
@inline
function copy<T>(source: usize, step: i32, target: usize, count: i32, selection: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = <usize>load<u32>(selection + (i << 2));
    store<T>(target + row * sizeof<T>(), load<T>(source + row * <usize>step * sizeof<T>()));
  }
}

export function copyRows(
  source: usize, step: i32, width: i32, target: usize, count: i32, selection: usize,
): void {
  if (width == 1) copy<u8>(source, step, target, count, selection);
  else if (width == 2) copy<u16>(source, step, target, count, selection);
  else if (width == 4) copy<u32>(source, step, target, count, selection);
  else if (width == 8) copy<u64>(source, step, target, count, selection);
  else {
    for (let i: usize = 0; i < <usize>count; i++) {
      const row = <usize>load<u32>(selection + (i << 2));
      v128.store(target + (row << 4), v128.load(source + ((row * <usize>step) << 4)));
    }
  }
}
