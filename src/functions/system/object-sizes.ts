/** Bytes that relations, databases and tablespaces take. */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlStateName } from '../../errors/sql-state.ts';
import { contextual, family } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';
import { factOf, type CatalogFact } from './catalog-facts.ts';

const define = family('system');
const volatile = { volatility: 'volatile' } as const;

function relationBytes(part: string) {
  return (context: EvaluationContext, oid: number): bigint | null => {
    if (factOf(context, 'class_name', oid) === undefined) return null;
    return BigInt(factOf(context, 'relation_bytes', `${oid >>> 0}.${part}`) ?? 0);
  };
}

function forkBytes(context: EvaluationContext, oid: number, fork: string): bigint | null {
  if (!['main', 'fsm', 'vm', 'init'].includes(fork)) {
    const hint = 'Valid fork names are "main", "fsm", "vm", and "init".';
    throw new SqlError('invalid_parameter_value', 'invalid fork name', { hint });
  }
  const main = relationBytes('main')(context, oid);
  return fork === 'main' || main === null ? main : 0n;
}

function named(fact: CatalogFact, noun: string, missing: SqlStateName) {
  return (context: EvaluationContext, name: string): number => {
    const found = factOf(context, fact, name);
    if (found !== undefined) return Number(found);
    throw new SqlError(missing, `${noun} "${name}" does not exist`);
  };
}

const databaseNamed = named('database_oid', 'database', 'invalid_catalog_name');

function databaseBytes(context: EvaluationContext, oid: number): bigint | null {
  if (factOf(context, 'database_name', oid) === undefined) return null;
  return BigInt(factOf(context, 'database_bytes', oid) ?? 0);
}

/** Everything of ours is in pg_default. */
function tablespaceBytes(context: EvaluationContext, oid: number): bigint | null {
  const name = factOf(context, 'tablespace_name', oid);
  if (name === undefined) return null;
  return name === 'pg_default' ? BigInt(factOf(context, 'tablespace_bytes', '') ?? 0) : 0n;
}

export const sizeFunctions: readonly FunctionRecord[] = [
  define(
    'pg_relation_size',
    { text: 'bytes of a relation' },
    contextual('regclass → int8', relationBytes('main'), volatile),
    contextual('regclass, text → int8', forkBytes, volatile),
  ),
  define(
    'pg_table_size',
    { text: 'bytes of a table' },
    contextual('regclass → int8', relationBytes('table'), volatile),
  ),
  define(
    'pg_indexes_size',
    { text: "bytes of a table's indexes" },
    contextual('regclass → int8', relationBytes('indexes'), volatile),
  ),
  define(
    'pg_total_relation_size',
    { text: 'bytes of a table with its indexes' },
    contextual('regclass → int8', relationBytes('total'), volatile),
  ),
  define(
    'pg_database_size',
    { text: 'bytes of a database' },
    contextual('oid → int8', databaseBytes, volatile),
    contextual(
      'name → int8',
      (context, name: string) => databaseBytes(context, databaseNamed(context, name)),
      volatile,
    ),
  ),
  define(
    'pg_tablespace_size',
    { text: 'bytes of a tablespace' },
    contextual('oid → int8', (context, oid: number) => tablespaceBytes(context, oid), volatile),
    contextual(
      'name → int8',
      (context, name: string) =>
        tablespaceBytes(
          context,
          named('tablespace_oid', 'tablespace', 'undefined_object')(context, name),
        ),
      volatile,
    ),
  ),
  define(
    'pg_relation_filenode',
    { text: 'OID of the relation' },
    contextual('regclass → oid', (context, oid: number) =>
      factOf(context, 'class_name', oid) === undefined ? null : oid,
    ),
  ),
];
