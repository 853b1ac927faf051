/**
 * The write-ahead log's bytes.
 *
 *     file     "TFLOG001", u64 file number, u32 salt, zeros up to byte 32, then records
 *     record   u32 "TFRC" · u32 payload length · u32 CRC-32 of all that follows · u32 zero
 *              u64 durable bytes of the file when this was written · u64 sequence number
 *              payload, zeros up to a multiple of 8
 *
 * Numbers are little-endian. The durable bytes tell damage from a crash: a record that does not
 * verify was never acknowledged if no later record says that it was durable. The salt, from which
 * checksums start, keeps user data from posing as a record. The header is synced before records.
 */
import { crc32 } from 'node:zlib';

export const logHeaderBytes = 32;
export const recordHeaderBytes = 32;
const fileMagic = 'TFLOG001';
const recordMagic = 0x4352_4654;

export function encodeLogHeader(fileNumber: number, salt: number): Uint8Array {
  const header = Buffer.alloc(logHeaderBytes);
  header.write(fileMagic, 'latin1');
  header.writeBigUInt64LE(BigInt(fileNumber), 8);
  header.writeUInt32LE(salt, 16);
  return header;
}

/** Bytes of a record with a payload of `byteSize` bytes. */
export function recordBytes(byteSize: number): number {
  return Math.ceil((recordHeaderBytes + byteSize) / 8) * 8;
}

/** Fills the first 32 bytes of a record whose payload stands behind them already. */
export function sealRecord(
  record: Buffer,
  payloadBytes: number,
  numbers: { readonly durableBytes: number; readonly sequence: number; readonly salt: number },
): void {
  record.writeUInt32LE(recordMagic, 0);
  record.writeUInt32LE(payloadBytes, 4);
  record.writeUInt32LE(0, 12);
  record.writeBigUInt64LE(BigInt(numbers.durableBytes), 16);
  record.writeBigUInt64LE(BigInt(numbers.sequence), 24);
  record.fill(0, recordHeaderBytes + payloadBytes);
  const covered = record.subarray(12, recordHeaderBytes + payloadBytes);
  record.writeUInt32LE(crc32(covered, numbers.salt), 8);
}

export interface ScannedRecord {
  readonly at: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

export interface LogScan {
  readonly records: readonly ScannedRecord[];
  /** Bytes up to the first record that does not verify, or the end. */
  readonly validBytes: number;
  /** True: a record that was durable once does not verify, so data is lost. */
  readonly isDamaged: boolean;
}

interface Frame {
  readonly record: ScannedRecord;
  readonly durableBytes: number;
  readonly next: number;
}

/** Reads the records of a log file from its first byte on. */
export function scanLog(bytes: Buffer): LogScan {
  const records: ScannedRecord[] = [];
  const hasHeader = bytes.length >= logHeaderBytes && bytes.toString('latin1', 0, 8) === fileMagic;
  if (!hasHeader) return { records, validBytes: 0, isDamaged: bytes.length > logHeaderBytes };
  const salt = bytes.readUInt32LE(16);
  let at = logHeaderBytes;
  while (at < bytes.length) {
    const frame = readFrame(bytes, at, salt);
    const expected = (records.at(-1)?.sequence ?? -1) + 1;
    const follows = records.length === 0 || frame?.record.sequence === expected;
    if (frame === undefined || !follows) {
      return { records, validBytes: at, isDamaged: wasDurable(bytes, at, salt) };
    }
    records.push(frame.record);
    at = frame.next;
  }
  return { records, validBytes: at, isDamaged: false };
}

function readFrame(bytes: Buffer, at: number, salt: number): Frame | undefined {
  if (at + recordHeaderBytes > bytes.length || bytes.readUInt32LE(at) !== recordMagic) {
    return undefined;
  }
  const payloadBytes = bytes.readUInt32LE(at + 4);
  const next = at + recordBytes(payloadBytes);
  if (next > bytes.length) return undefined;
  const start = at + recordHeaderBytes;
  const crc = crc32(bytes.subarray(at + 12, start + payloadBytes), salt);
  if (crc !== bytes.readUInt32LE(at + 8)) return undefined;
  const sequence = Number(bytes.readBigUInt64LE(at + 24));
  const payload = bytes.subarray(start, start + payloadBytes);
  const durableBytes = Number(bytes.readBigUInt64LE(at + 16));
  return { record: { at, sequence, payload }, durableBytes, next };
}

/** Whether a later record says that the one at `at` was durable. */
function wasDurable(bytes: Buffer, at: number, salt: number): boolean {
  for (let next = at - (at % 8) + 8; next + recordHeaderBytes <= bytes.length; next += 8) {
    if (bytes.readUInt32LE(next) !== recordMagic) continue;
    const frame = readFrame(bytes, next, salt);
    if (frame !== undefined && frame.durableBytes > at) return true;
  }
  return false;
}
