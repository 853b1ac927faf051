/** Send functions: a value's binary form, as the protocol has it. */
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { encodeBinary } from '../../types/type-binary.ts';
import { family, scalar } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';

const define = family('system');

/** PostgreSQL's names of them, pg_type.typsend. */
const names: readonly (readonly [TypeName, string])[] = [
  ['bool', 'boolsend'],
  ['bytea', 'byteasend'],
  ['char', 'charsend'],
  ['name', 'namesend'],
  ['int8', 'int8send'],
  ['int2', 'int2send'],
  ['int4', 'int4send'],
  ['text', 'textsend'],
  ['oid', 'oidsend'],
  ['json', 'json_send'],
  ['cidr', 'cidr_send'],
  ['float4', 'float4send'],
  ['float8', 'float8send'],
  ['money', 'cash_send'],
  ['macaddr', 'macaddr_send'],
  ['inet', 'inet_send'],
  ['bpchar', 'bpcharsend'],
  ['varchar', 'varcharsend'],
  ['date', 'date_send'],
  ['time', 'time_send'],
  ['timestamp', 'timestamp_send'],
  ['timestamptz', 'timestamptz_send'],
  ['interval', 'interval_send'],
  ['timetz', 'timetz_send'],
  ['bit', 'bit_send'],
  ['varbit', 'varbit_send'],
  ['numeric', 'numeric_send'],
  ['uuid', 'uuid_send'],
  ['jsonb', 'jsonb_send'],
  ['xid8', 'xid8send'],
];

export const sendFunctions: readonly FunctionRecord[] = names.map(([name, send]) =>
  define(
    send,
    { text: 'binary form of a value' },
    scalar(`${name} → bytea`, (value: Datum) => encodeBinary({ name, typmod: -1 }, value)),
  ),
);
