/**
 * FunctionCall, the fast path: a function by its OID, arguments and result as Bind and DataRow have
 * them. PostgreSQL's fastpath.c; its texts and order of errors.
 *
 *     OID ──pg_proc──▶ name, types ──▶ SELECT name($1, …), or the operator that it is behind
 *         └──────────▶ a function of large objects, called at once
 */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { convertBinary } from '../../types/encodings/binary-texts.ts';
import { decodeBinary, leavesBytes, encodeBinary } from '../../types/type-binary.ts';
import { formatText, parseText } from '../../types/type-text.ts';
import { findTypeByOid, sqlType } from '../../types/type-table.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { FunctionCallMessage } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';
import { internalRoutine, runInternal } from '../large-objects/functions.ts';
import { queryDatums, queryValue } from './internal-query.ts';
import { binaryOf, textOf } from './parameters.ts';

interface Callee {
  readonly name: string;
  readonly types: readonly SqlType[];
  /** The name of an operator that calls it. */
  readonly operator: string | undefined;
}

/** The result's bytes; NULL when it is NULL. Errors: 08P01, 0A000, 22023, 22P02, 22P03, 25P02, 42883. */
export async function callFunction(
  session: SqlSession,
  message: FunctionCallMessage,
): Promise<Uint8Array | null> {
  session.checkNotFailed();
  session.transaction.ensure();
  const callee = await findCallee(session, message.functionOid);
  checkCounts(callee, message);
  const values = message.args.map((bytes, index) => {
    return bytes === null ? null : decodeArgument(session, { callee, message, bytes, index });
  });
  const given = values.filter((value) => value !== null);
  const internal = internalRoutine(message.functionOid);
  if (internal !== undefined) {
    const { record, result } = internal;
    session.roles.require(session.roles.routine(record), 'X', `function ${record.name}`);
    if (given.length < values.length) return null;
    return encodeResult(session, message, [
      result,
      await runInternal(session, record, { values: given }),
    ]);
  }
  const types = callee.types.filter((_, index) => values[index] !== null);
  const sql = `SELECT ${callText(callee, values)}`;
  const { type, value } = await queryValue(session, { sql, parameters: given, types });
  return value === null ? null : encodeResult(session, message, [type, value]);
}

function encodeResult(
  session: SqlSession,
  { resultFormat }: FunctionCallMessage,
  [type, value]: readonly [type: SqlType, value: Datum],
): Uint8Array {
  const encode = (text: Buffer): Buffer => session.charset?.fromUtf8(text) ?? text;
  if (!isBinary(resultFormat)) {
    return encode(Buffer.from(formatText(type, value, sessionFormats(session)), 'utf8'));
  }
  return convertBinary(type.name, Buffer.from(encodeBinary(type, value)), encode);
}

const lookup = `SELECT p.proname, p.proargtypes::text, p.prokind::text, p.proretset,
    (SELECT min(o.oprname) FROM pg_catalog.pg_operator o WHERE o.oprcode = p.oid)
  FROM pg_catalog.pg_proc p WHERE p.oid = $1`;

async function findCallee(session: SqlSession, oid: number): Promise<Callee> {
  const internal = internalRoutine(oid);
  if (internal !== undefined) {
    const types = internal.parameters.map(({ type }) => type);
    return { name: internal.record.name, types, operator: undefined };
  }
  const query = { sql: lookup, parameters: [oid], types: [sqlType('oid')] };
  const [row] = await queryDatums(session, query);
  if (row === undefined) {
    throw new SqlError('undefined_function', `function with OID ${oid} does not exist`);
  }
  const [name, argumentTypes, kind, returnsSet, operator] = row;
  if (kind !== 'f' || returnsSet === true) {
    const words = `cannot call function "${String(name)}" via fastpath interface`;
    throw new SqlError('feature_not_supported', words);
  }
  const oids = String(argumentTypes).split(' ').filter(Boolean).map(Number);
  const types = oids.map((typeOid) => {
    const record = findTypeByOid(typeOid);
    if (record !== undefined) return sqlType(record.name);
    throw unsupported(`the message FunctionCall of ${String(name)}`);
  });
  return { name: String(name), types, operator: operator === null ? undefined : String(operator) };
}

function checkCounts({ types }: Callee, { args, argumentFormats }: FunctionCallMessage): void {
  if (args.length !== types.length) {
    const words = `function call message contains ${args.length} arguments but function requires ${types.length}`;
    throw new SqlError('protocol_violation', words);
  }
  if (argumentFormats.length > 1 && argumentFormats.length !== args.length) {
    const words = `function call message contains ${argumentFormats.length} argument formats but ${args.length} arguments`;
    throw new SqlError('protocol_violation', words);
  }
}

interface Argument {
  readonly callee: Callee;
  readonly message: FunctionCallMessage;
  readonly bytes: Uint8Array;
  readonly index: number;
}

function decodeArgument(session: SqlSession, { callee, message, bytes, index }: Argument): Datum {
  const { argumentFormats } = message;
  const type = callee.types[index] ?? sqlType('text');
  const format = argumentFormats[argumentFormats.length > 1 ? index : 0] ?? 0;
  if (!isBinary(format)) return parseText(type, textOf(session, bytes), sessionFormats(session));
  const datum = decodeBinary(type, binaryOf(session, type, bytes));
  if (!leavesBytes(type, bytes)) return datum;
  const words = `incorrect binary data format in function argument ${index + 1}`;
  throw new SqlError('invalid_binary_representation', words);
}

function isBinary(format: number): boolean {
  if (format === 0 || format === 1) return format === 1;
  throw new SqlError('invalid_parameter_value', `unsupported format code: ${format}`);
}

/** NULLs are written down, since an internal query's parameters are values. */
function callText({ name, types, operator }: Callee, values: readonly (Datum | null)[]): string {
  let count = 0;
  const parts = types.map((type, index) => {
    const text = values[index] === null ? 'NULL' : `$${(count += 1)}`;
    return `${text}::pg_catalog."${type.name}"`;
  });
  if (operator === undefined) return `pg_catalog."${name}"(${parts.join()})`;
  const [first, second] = parts;
  const sign = `OPERATOR(pg_catalog.${operator})`;
  return second === undefined ? `${sign} ${first}` : `${first} ${sign} ${second}`;
}
