/** The statements that the session twin knows, with PostgreSQL's answers. */
import { SqlError } from '../../src/errors/sql-error.ts';
import type { Notice } from '../../src/session/session.ts';

export type TwinColumn = readonly [name: string, typeOid: number, typeLength: number];
export type TwinRow = readonly (string | null)[];

export interface TwinStatement {
  readonly tag: string;
  readonly parameterOids?: readonly number[];
  readonly columns?: readonly TwinColumn[];
  readonly rows?: (parameters: readonly (string | null)[]) => readonly TwinRow[];
  readonly notice?: Notice;
  readonly error?: SqlError;
  readonly transaction?: 'I' | 'T';
  readonly parameterChange?: readonly [string, string];
  readonly notify?: string;
  /** Runs until cancelled. */
  readonly endless?: boolean;
  /** Rows of 1 kB, this many, encoded as they are sent. */
  readonly bulkRows?: number;
  readonly copy?: 'in' | 'out';
}

const int4 = (name: string): TwinColumn => [name, 23, 4];
const text = (name: string): TwinColumn => [name, 25, -1];

function failing(error: SqlError): TwinStatement {
  return { tag: '', error };
}

const known: Readonly<Record<string, TwinStatement>> = {
  'select 1': { tag: 'SELECT', columns: [int4('?column?')], rows: () => [['1']] },
  'select 2': { tag: 'SELECT', columns: [int4('?column?')], rows: () => [['2']] },
  'select 1 as a': { tag: 'SELECT', columns: [int4('a')], rows: () => [['1']] },
  "select 'x'::text as b, null::text as n": {
    tag: 'SELECT',
    columns: [text('b'), text('n')],
    rows: () => [['x', null]],
  },
  'select g from generate_series(1, 5) g': {
    tag: 'SELECT',
    columns: [int4('g')],
    rows: () => ['1', '2', '3', '4', '5'].map((value) => [value]),
  },
  'select $1::int4 as x, $2::text as y': {
    tag: 'SELECT',
    parameterOids: [23, 25],
    columns: [int4('x'), text('y')],
    rows: (parameters) => [parameters],
  },
  'select 1/0': failing(new SqlError('division_by_zero', 'division by zero')),
  'select pg_sleep(60)': {
    tag: 'SELECT',
    columns: [['pg_sleep', 2278, 4]],
    endless: true,
  },
  bulk: { tag: 'SELECT', columns: [text('repeat')], bulkRows: 100_000 },
  begin: { tag: 'BEGIN', transaction: 'T' },
  commit: { tag: 'COMMIT', transaction: 'I' },
  rollback: { tag: 'ROLLBACK', transaction: 'I' },
  "set timezone = 'Asia/Tokyo'": { tag: 'SET', parameterChange: ['TimeZone', 'Asia/Tokyo'] },
  'listen ch': { tag: 'LISTEN' },
  "notify ch, 'p'": { tag: 'NOTIFY', notify: 'p' },
  "do $$begin raise notice 'hello'; end$$": {
    tag: 'DO',
    notice: {
      severity: 'NOTICE',
      code: '00000',
      message: 'hello',
      fields: { where: 'PL/pgSQL function inline_code_block line 1 at RAISE' },
    },
  },
  'create temp table wire_copy (a int, b text)': { tag: 'CREATE TABLE' },
  'copy wire_copy from stdin': { tag: 'COPY', copy: 'in' },
  "copy (select 1, 'a') to stdout": { tag: 'COPY 1', copy: 'out' },
};

/** Errors: 42601 as PostgreSQL would say it of an unknown first word. */
export function findStatement(sql: string): TwinStatement {
  const statement = known[sql];
  if (statement === undefined) {
    const word = /^\s*(\w+)/.exec(sql)?.[1] ?? '';
    throw new SqlError('syntax_error', `syntax error at or near "${word}"`, { position: 1 });
  }
  return statement;
}
