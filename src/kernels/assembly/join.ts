/**
 * Hash joins: chains of build rows by key id, and pairs of rows.
 *
 *     ids of build rows ──▶ head[id] ─▶ row ─next─▶ row ─▶ NONE
 */

const NONE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: usize): u32 {
  return rows ? load<u32>(rows + (i << 2)) : <u32>i;
}

/**
 * Chains rows [from, to) before those that the ids have so far, in ascending order; `head` is
 * filled with NONE at first. Returns the number of rows that another of their id follows.
 */
export function chainRows(ids: usize, from: u32, to: u32, head: usize, next: usize): u32 {
  let followers: u32 = 0;
  for (let row: u32 = to; row-- > from;) {
    const id = load<u32>(ids + ((<usize>row) << 2));
    if (id == NONE) continue;
    const cell = head + ((<usize>id) << 2);
    const first = load<u32>(cell);
    followers += first != NONE ? 1 : 0;
    store<u32>(next + ((<usize>row) << 2), first);
    store<u32>(cell, row);
  }
  return followers;
}

/**
 * Up to `max` pairs (build row, probe row) from where `cursor` {u32 position, u32 build row or
 * NONE} stands; returns their number. Done when the position has reached `count`. With
 * `keepAbsent` a probe row without an id is paired with NONE.
 */
export function pairRows(
  cursor: usize, ids: usize, rows: usize, count: u32, head: usize, next: usize, keepAbsent: bool,
  outBuild: usize, outProbe: usize, max: u32,
): u32 {
  let position = load<u32>(cursor);
  let build = load<u32>(cursor, 4);
  let made: u32 = 0;
  while (position < count && made < max) {
    const probe = rowAt(rows, position);
    if (build == NONE) {
      const id = load<u32>(ids + ((<usize>position) << 2));
      if (id == NONE) {
        store<u32>(outBuild + ((<usize>made) << 2), NONE);
        store<u32>(outProbe + ((<usize>made) << 2), probe);
        made += keepAbsent ? 1 : 0;
        position++;
        continue;
      }
      build = load<u32>(head + ((<usize>id) << 2));
    }
    while (build != NONE && made < max) {
      store<u32>(outBuild + ((<usize>made) << 2), build);
      store<u32>(outProbe + ((<usize>made) << 2), probe);
      made++;
      build = load<u32>(next + ((<usize>build) << 2));
    }
    if (build == NONE) position++;
  }
  store<u32>(cursor, position);
  store<u32>(cursor, build, 4);
  return made;
}

/**
 * Where each key has one build row: out[row] = build row of the probe row, NONE where there is
 * none; the rows that have one go to `chosen`. Returns how many.
 */
export function lookUpRows(
  ids: usize, rows: usize, count: u32, head: usize, out: usize, chosen: usize,
): u32 {
  let found: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    const id = load<u32>(ids + (i << 2));
    const build = id == NONE ? NONE : load<u32>(head + ((<usize>id) << 2));
    store<u32>(out + ((<usize>row) << 2), build);
    store<u32>(chosen + ((<usize>found) << 2), row);
    found += build != NONE ? 1 : 0;
  }
  return found;
}

/** Sets the flag bytes of list[chosen[i]], or of list[i] without `chosen`; NONE is skipped. */
export function flagRows(list: usize, chosen: usize, count: u32, flags: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(list + (<usize>rowAt(chosen, i) << 2));
    if (row != NONE) store<u8>(flags + <usize>row, 1);
  }
}

/** Rows (of `rows`, 0: all) whose flag byte is `wanted`; returns how many. */
export function rowsFlagged(
  rows: usize, count: u32, flags: usize, wanted: u32, out: usize,
): u32 {
  let found: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    store<u32>(out + ((<usize>found) << 2), row);
    found += load<u8>(flags + <usize>row) == <u8>wanted ? 1 : 0;
  }
  return found;
}

/** Rows whose id is there (`present` 1) or is not (0); returns how many. */
export function rowsWithId(
  ids: usize, rows: usize, count: u32, present: u32, out: usize,
): u32 {
  let found: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u32>(out + ((<usize>found) << 2), rowAt(rows, i));
    const here: u32 = load<u32>(ids + (i << 2)) != NONE ? 1 : 0;
    found += here == present ? 1 : 0;
  }
  return found;
}

/** Rows out of `rows` that are not NULL by `validity`; returns how many. */
export function rowsNotNull(validity: usize, rows: usize, count: u32, out: usize): u32 {
  let found: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rowAt(rows, i);
    store<u32>(out + ((<usize>found) << 2), row);
    found += (load<u8>(validity + <usize>(row >> 3)) >> <u8>(row & 7)) & 1;
  }
  return found;
}

/** counts[ids[i]] += 1. */
export function countIds(ids: usize, count: u32, counts: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const cell = counts + (<usize>load<u32>(ids + (i << 2)) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
}

/**
 * Takes one from the count of each row's id while there is one, and keeps the rows for which
 * there was (`keepCounted` 1) or was not (0); returns how many.
 */
export function spendCounts(
  ids: usize, rows: usize, count: u32, counts: usize, keepCounted: u32, out: usize,
): u32 {
  let kept: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const id = load<u32>(ids + (i << 2));
    let counted: u32 = 0;
    if (id != NONE) {
      const cell = counts + ((<usize>id) << 2);
      const left = load<u32>(cell);
      counted = left > 0 ? 1 : 0;
      store<u32>(cell, left - counted);
    }
    store<u32>(out + ((<usize>kept) << 2), rowAt(rows, i));
    kept += counted == keepCounted ? 1 : 0;
  }
  return kept;
}

/** Rows at which a run of equal ids begins, given the id before the first; returns how many. */
export function runStarts(ids: usize, rows: usize, count: u32, before: u32, out: usize): u32 {
  let found: u32 = 0;
  let last = before;
  for (let i: usize = 0; i < <usize>count; i++) {
    const id = load<u32>(ids + (i << 2));
    store<u32>(out + ((<usize>found) << 2), rowAt(rows, i));
    found += id != last ? 1 : 0;
    last = id;
  }
  return found;
}
