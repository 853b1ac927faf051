/**
 * Which types become which, and how freely: pg_cast and the rules beside it.
 *
 * implicit casts happen anywhere, assignment casts when a value is stored, explicit casts only
 * where they are written. Beside the table: any type to and from text types through its text
 * form, and arrays element by element.
 */
import { multirangeOf, rangeTypes } from '../../types/ranges/range-types.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { typeRecord } from '../../types/type-table.ts';
import { isCompositeName } from '../../types/user-type.ts';

export type CoercionContext = 'implicit' | 'assignment' | 'explicit';

const rank: Readonly<Record<CoercionContext, number>> = { implicit: 0, assignment: 1, explicit: 2 };

const regTypes =
  'regproc regprocedure regoper regoperator regclass regtype regnamespace regrole regcollation';

type Row = readonly [from: string, to: string];

const implicitCasts: readonly Row[] = [
  ['bit', 'varbit'],
  ['varbit', 'bit'],
  ['bpchar', 'name text varchar'],
  ['char', 'text'],
  ['cidr', 'inet'],
  ['date', 'timestamp timestamptz'],
  ['float4', 'float8'],
  ['int2', `int4 int8 float4 float8 numeric oid ${regTypes}`],
  ['int4', `int8 float4 float8 numeric oid ${regTypes}`],
  ['int8', `float4 float8 numeric oid ${regTypes}`],
  ['name', 'text'],
  ['numeric', 'float4 float8'],
  ['oid', regTypes],
  ['pg_node_tree', 'text'],
  ['regproc', 'oid regprocedure'],
  ['regprocedure', 'oid regproc'],
  ['regoper', 'oid regoperator'],
  ['regoperator', 'oid regoper'],
  ['regclass', 'oid'],
  ['regtype', 'oid'],
  ['regnamespace', 'oid'],
  ['regrole', 'oid'],
  ['regcollation', 'oid'],
  ['text', 'name bpchar varchar regclass'],
  ['varchar', 'name text bpchar regclass'],
  ['time', 'interval timetz'],
  ['timestamp', 'timestamptz'],
];

const assignmentCasts: readonly Row[] = [
  ['bool', 'text bpchar varchar'],
  ['bpchar', 'char'],
  ['char', 'bpchar varchar'],
  ['cidr', 'text bpchar varchar'],
  ['inet', 'text cidr bpchar varchar'],
  ['float4', 'int2 int4 int8 numeric'],
  ['float8', 'int2 int4 int8 float4 numeric'],
  ['int4', 'int2 money'],
  ['int8', 'int2 int4 money'],
  ['interval', 'time'],
  ['json', 'jsonb'],
  ['jsonb', 'json'],
  ['money', 'numeric'],
  ['name', 'bpchar varchar'],
  ['numeric', 'int2 int4 int8 money'],
  ['oid', 'int4 int8'],
  ...regTypes.split(' ').map((name): Row => [name, 'int4 int8']),
  ['text', 'char'],
  ['varchar', 'char'],
  ['timestamp', 'date time'],
  ['timestamptz', 'date time timestamp timetz'],
  ['timetz', 'time'],
  ['xml', 'text bpchar varchar'],
];

const explicitCasts: readonly Row[] = [
  ['bit', 'int4 int8'],
  ['int4', 'bool bit char'],
  ['int8', 'bit'],
  ['bool', 'int4'],
  ['char', 'int4'],
  ['bpchar', 'xml'],
  ['text', 'xml'],
  ['varchar', 'xml'],
  ['xid8', 'xid'],
  ['jsonb', 'bool int2 int4 int8 float4 float8 numeric'],
  ...rangeTypes.map((name): Row => [name, multirangeOf(name)]),
];

const contexts = new Map<string, CoercionContext>();

function enter(rows: readonly Row[], context: CoercionContext): void {
  for (const [from, targets] of rows) {
    for (const to of targets.split(' ')) contexts.set(`${from} ${to}`, context);
  }
}

enter(implicitCasts, 'implicit');
enter(assignmentCasts, 'assignment');
enter(explicitCasts, 'explicit');

/** Whether a cast of that use applies in the context. */
export function isAllowed(use: CoercionContext, context: CoercionContext): boolean {
  return rank[use] <= rank[context];
}

/** Element type of a true array or a vector. */
export function elementOf(name: TypeName): TypeName | undefined {
  return typeRecord(name).element;
}

/** Whether a value of `from` may become `to` in that context (PostgreSQL's coercion pathway). */
export function canCast(from: TypeName, to: TypeName, context: CoercionContext): boolean {
  if (from === to || (isCompositeName(from) && to === 'record')) return true;
  const listed = contexts.get(`${from} ${to}`);
  if (listed !== undefined) return rank[listed] <= rank[context];
  const [fromElement, toElement] = [elementOf(from), elementOf(to)];
  if (fromElement !== undefined && toElement !== undefined && to.startsWith('_')) {
    return canCast(fromElement, toElement, context);
  }
  return canCastThroughText(from, to, context);
}

function canCastThroughText(from: TypeName, to: TypeName, context: CoercionContext): boolean {
  const isPseudo = [from, to].some(
    (name) => typeRecord(name).category === 'P' && name !== 'record' && name !== 'void',
  );
  if (isPseudo) return false;
  if (isTextLike(to)) return rank[context] >= rank.assignment;
  return isTextLike(from) && context === 'explicit';
}

function isTextLike(name: TypeName): boolean {
  return typeRecord(name).category === 'S';
}

/** Same bytes, so that no computation is needed: pg_cast's binary-coercible pairs. */
export function isBinaryCoercible(from: TypeName, to: TypeName): boolean {
  if (from === to) return true;
  return binaryPairs.has(`${from} ${to}`);
}

const binaryPairs = new Set([
  'text varchar',
  'varchar text',
  'cidr inet',
  ...regTypes.split(' ').flatMap((name) => [`${name} oid`, `oid ${name}`]),
  'pg_node_tree text',
]);
