/**
 * Mutations of messages: of their structure (lengths, counts, terminators, order) and of single
 * bytes. The same seed gives the same mutations.
 */
import { must } from '../../src/errors/assert.ts';

/** Numbers in [0, bound), mulberry32. */
export type Random = (bound: number) => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const extremes = [0, 1, -1, -2, 0x7fff, 0xffff, 0x7fff_ffff, -0x8000_0000, 4, 5];
const codes = Buffer.from('QPBEDCHSFXdcfp\0\xff!', 'latin1');

type Mutation = (frame: Buffer, random: Random) => Buffer;

/** Frames are a code, an int32 length and a body. */
const mutations: readonly Mutation[] = [
  flipBytes,
  flipBytes,
  (frame, random) => withLength(frame, extremes[random(extremes.length)] ?? 0),
  (frame, random) => fitted(frame.subarray(0, Math.max(5, frame.length - 1 - random(8)))),
  (frame, random) => fitted(Buffer.concat([frame, Buffer.alloc(1 + random(16), random(256))])),
  changeCount,
  (frame, random) => {
    const changed = Buffer.from(frame);
    changed[0] = codes[random(codes.length)] ?? 0;
    return changed;
  },
  (frame) => Buffer.concat([frame, frame]),
  (frame, random) => fitted(withoutTerminator(frame, random)),
  (frame, random) => Buffer.from(frame.subarray(0, random(frame.length))),
];

function flipBytes(frame: Buffer, random: Random): Buffer {
  const changed = Buffer.from(frame);
  for (let count = 1 + random(4); count > 0; count -= 1) {
    changed[random(changed.length)] = random(256);
  }
  return changed;
}

function withLength(frame: Buffer, length: number): Buffer {
  const changed = Buffer.from(frame);
  if (changed.length >= 5) changed.writeInt32BE(length | 0, 1);
  return changed;
}

/** The length says what is there. */
function fitted(frame: Buffer): Buffer {
  return withLength(frame, frame.length - 1);
}

/** An int16 or int32 of the body becomes an extreme. */
function changeCount(frame: Buffer, random: Random): Buffer {
  const changed = Buffer.from(frame);
  const value = extremes[random(extremes.length)] ?? 0;
  if (changed.length < 9) return changed;
  const place = 5 + random(changed.length - 8);
  if (random(2) === 0) changed.writeInt32BE(value | 0, place);
  else changed.writeUInt16BE(value & 0xffff, place);
  return changed;
}

function withoutTerminator(frame: Buffer, random: Random): Buffer {
  const at = frame.indexOf(0, 5 + random(Math.max(1, frame.length - 5)));
  if (at < 5) return frame;
  return Buffer.concat([frame.subarray(0, at), frame.subarray(at + 1)]);
}

/** The session with some messages mutated, dropped or said twice. */
export function mutatedSession(frames: readonly Buffer[], random: Random): readonly Buffer[] {
  return frames.flatMap((frame) => {
    const choice = random(8);
    if (choice === 0) return [];
    if (choice > 3) return [frame];
    const mutation = mutations[random(mutations.length)];
    return mutation === undefined ? [frame] : [mutation(frame, random)];
  });
}

/** One of a list that is not empty. */
export function pick<T>(list: readonly T[], random: Random): T {
  return must(list[random(list.length)], 'one of the list');
}
