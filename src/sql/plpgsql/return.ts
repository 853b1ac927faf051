/** RETURN, RETURN NEXT, RETURN QUERY, as far as what a function returns allows them. */
import type { SqlError, SqlErrorFields } from '../../errors/sql-error.ts';
import type { PlReader } from './reader.ts';
import { readRows } from './rows.ts';
import type { PlStatement } from './tree.ts';

export function readReturn(reader: PlReader, line: number): PlStatement {
  reader.expect('return');
  if (reader.is('next')) return readReturnNext(reader, line);
  if (reader.is('query')) return readReturnQuery(reader, line);
  const value = reader.is(';') ? undefined : checked(reader, () => reader.expression(';'));
  const { returns } = reader;
  if (value === undefined && returns.kind === 'value' && !returns.isSet)
    throw reader.failAt('missing expression');
  reader.expect(';');
  return { kind: 'return', line, value };
}

/** Errors: 42804. */
function checked<T>(reader: PlReader, read: () => T): T {
  const { kind, isSet } = reader.returns;
  const { offset } = reader.peek();
  const hint = 'Use RETURN NEXT or RETURN QUERY.';
  if (isSet) {
    const message = 'RETURN cannot have a parameter in function returning set';
    throw mismatch(reader, message, offset, { hint });
  }
  const places = {
    void: 'function returning void',
    procedure: 'a procedure',
    outs: 'function with OUT parameters',
  };
  if (kind === 'value' || kind === 'trigger') return read();
  throw mismatch(reader, `RETURN cannot have a parameter in ${places[kind]}`, offset);
}

function mismatch(
  reader: PlReader,
  message: string,
  offset: number,
  more: SqlErrorFields = {},
): SqlError {
  const error = reader.error('datatype_mismatch', message, offset);
  error.fields = { ...error.fields, ...more };
  return error;
}

function readReturnNext(reader: PlReader, line: number): PlStatement {
  const { offset } = reader.expect('next');
  if (!reader.returns.isSet) {
    const message = 'cannot use RETURN NEXT in a non-SETOF function';
    throw mismatch(reader, message, offset);
  }
  const takesNone = reader.returns.kind === 'outs';
  if (takesNone && !reader.is(';')) {
    const message = 'RETURN NEXT cannot have a parameter in function with OUT parameters';
    throw mismatch(reader, message, reader.peek().offset);
  }
  const value = takesNone ? undefined : reader.expression(';');
  reader.expect(';');
  return { kind: 'returnNext', line, value };
}

function readReturnQuery(reader: PlReader, line: number): PlStatement {
  const { offset } = reader.expect('query');
  if (!reader.returns.isSet) {
    const message = 'cannot use RETURN QUERY in a non-SETOF function';
    throw mismatch(reader, message, offset);
  }
  const rows = readRows(reader, ';');
  reader.expect(';');
  return { kind: 'returnQuery', line, rows };
}
