/** What a server says to one statement, in the terms of the test files. */
import {
  reportFields,
  rowColumns,
  rowValues,
  FieldReader,
  type BackendMessage,
  type ColumnDescription,
} from '../wire/backend-decoder.ts';
import { findTypeByOid } from '../../src/types/type-table.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
  /** Where in the statement, counted from 1; 0 when the server does not say. */
  readonly position: number;
}

export interface Answer {
  readonly columns: readonly ColumnDescription[] | undefined;
  readonly rows: readonly (readonly (Buffer | null)[])[];
  readonly tag: string;
  readonly failure: Failure | undefined;
}

/** The last result of a statement; the error where there was one. */
export function answerOf(messages: readonly BackendMessage[]): Answer {
  let columns: readonly ColumnDescription[] | undefined;
  let rows: (readonly (Buffer | null)[])[] = [];
  let tag = '';
  let failure: Failure | undefined;
  for (const { name, body } of messages) {
    if (name === 'RowDescription') {
      columns = rowColumns(body);
      rows = [];
    } else if (name === 'DataRow') rows.push(rowValues(body));
    else if (name === 'CopyData') rows.push([withoutNewline(body)]);
    else if (name === 'CommandComplete') tag = new FieldReader(body).cstring();
    else if (name === 'ErrorResponse') failure = failureOf(body);
  }
  return { columns, rows, tag, failure };
}

function failureOf(body: Buffer): Failure {
  const fields = reportFields(body);
  return {
    code: fields.get('C') ?? '',
    message: fields.get('M') ?? '',
    position: Number(fields.get('P') ?? 0),
  };
}

function withoutNewline(body: Buffer): Buffer {
  return body.at(-1) === 0x0a ? body.subarray(0, -1) : body;
}

/** Types of users have OIDs of their own on every server. */
function unknownType(oid: number): string {
  return oid >= 16_384 ? 'made' : `oid:${oid}`;
}

/** `int4 text`, with the OID of a type that we do not know. */
export function typesText({ columns }: Answer): string {
  return (columns ?? [])
    .map(({ typeOid }) => findTypeByOid(typeOid)?.name ?? unknownType(typeOid))
    .join(' ');
}

/** `1 | NULL | "two\nlines"`: quoted where the bare text could be read as something else. */
export function rowText(row: readonly (Buffer | null)[]): string {
  return row.map((value) => (value === null ? 'NULL' : valueText(value.toString()))).join(' | ');
}

function valueText(text: string): string {
  const isPlain = text !== '' && text !== 'NULL' && !/^["\s]|\s$|[|\n\r\t\\]/.test(text);
  return isPlain ? text : JSON.stringify(text);
}
