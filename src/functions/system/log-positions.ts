/** Positions in the log, pg_lsn: its end, their distance, arithmetic. There is no standby. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Numeric } from '../../types/datum.ts';
import { numericFromInt, roundNumeric } from '../../types/numeric.ts';
import { contextual, family, operatorFamily, scalar } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';

const define = family('system');
const operator = operatorFamily('system');

function unsigned(position: bigint): bigint {
  return BigInt.asUintN(64, position);
}

function distance(left: bigint, right: bigint): Numeric {
  return numericFromInt(unsigned(left) - unsigned(right));
}

/** Errors: 22023. */
function moved(position: bigint, by: Numeric, sign: 1n | -1n): bigint {
  if (by.special === 'NaN') {
    const words = sign > 0n ? 'add NaN to' : 'subtract NaN from';
    throw new SqlError('feature_not_supported', `cannot ${words} pg_lsn`);
  }
  const value = unsigned(position) + sign * roundNumeric(by).digits;
  if (by.special === undefined && value >= 0n && value < 1n << 64n) return BigInt.asIntN(64, value);
  throw new SqlError('invalid_parameter_value', 'pg_lsn out of range');
}

/** Errors: 0A000, 22023. */
function positionOf(value: Numeric): bigint {
  if (value.special === 'NaN') {
    throw new SqlError('feature_not_supported', 'cannot convert NaN to pg_lsn');
  }
  if (value.special !== undefined) {
    throw new SqlError('feature_not_supported', 'cannot convert infinity to pg_lsn');
  }
  return moved(0n, value, 1n);
}

const nothing = contextual('→ pg_lsn', () => null);

export const logPositionFunctions: readonly FunctionRecord[] = [
  define(
    'pg_lsn',
    { text: 'the position of a number', example: ['pg_lsn(32)', '0/20'] },
    scalar('numeric → pg_lsn', positionOf),
  ),
  define(
    'pg_wal_lsn_diff',
    { text: 'bytes between two positions', example: ["pg_wal_lsn_diff('0/20', '0/10')", '16'] },
    scalar('pg_lsn, pg_lsn → numeric', distance),
  ),
  operator(
    '-',
    { text: 'bytes between two positions, or a position before' },
    scalar('pg_lsn, pg_lsn → numeric', distance),
    scalar('pg_lsn, numeric → pg_lsn', (position: bigint, by: Numeric) => moved(position, by, -1n)),
  ),
  operator(
    '+',
    { text: 'a position further on', example: ["'0/10'::pg_lsn + 16", '0/20'] },
    scalar('pg_lsn, numeric → pg_lsn', (position: bigint, by: Numeric) => moved(position, by, 1n)),
    scalar('numeric, pg_lsn → pg_lsn', (by: Numeric, position: bigint) => moved(position, by, 1n)),
  ),
  define(
    'pg_current_wal_lsn pg_current_wal_insert_lsn pg_current_wal_flush_lsn',
    { text: 'where the log ends: the number of its file, and bytes in it' },
    contextual('→ pg_lsn', ({ session }) => BigInt(session['logPosition'] ?? 0)),
  ),
  define(
    'pg_current_logfile',
    { text: 'none: log lines go to the standard error' },
    contextual('→ text', () => null),
    contextual('text → text', () => null),
  ),
  define('pg_last_wal_receive_lsn pg_last_wal_replay_lsn', { text: 'of a standby' }, nothing),
  define(
    'pg_last_xact_replay_timestamp',
    { text: 'of a standby' },
    contextual('→ timestamptz', () => null),
  ),
  define(
    'pg_notification_queue_usage',
    { text: 'part of the queue of notifications that is in use' },
    contextual('→ float8', () => 0),
  ),
];
