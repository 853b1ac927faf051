/**
 * Definitions of indexes as pg_get_indexdef writes them, of users' and of the system's.
 *
 *     CREATE INDEX i ON public.t USING btree (lower((c)::text), b DESC) WHERE (a > 1)
 *     CREATE INDEX i ON t USING btree (lower(c::text), b DESC) WHERE a > 1            pretty
 */
import { quoteIdentifier } from '../../functions/text/quote.ts';
import type { Moment } from './moment.ts';
import type { UserIndex, UserIndexPart } from './user-relations.ts';
import { methodOid, operatorClassOf } from './operator-classes.ts';
import { systemIndexByOid, type SystemIndex } from './system-indexes.ts';

interface IndexText {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly isUnique: boolean;
  readonly nullsEqual: boolean;
  readonly method: string;
  readonly parts: readonly string[];
  readonly included?: readonly { readonly name: string }[];
  readonly where: string | undefined;
  /** Of a partitioned table: partitions have their own. */
  readonly isOfParent: boolean;
}

export function indexDefinition(
  moment: Moment,
  oid: number,
  isPretty: boolean,
): string | undefined {
  const text = textOf(moment, oid, isPretty);
  if (text === undefined) return undefined;
  const { name, schema, table, isUnique, nullsEqual, method, parts, where, isOfParent } = text;
  const target = isPretty
    ? moment.displayName(schema, table)
    : `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const kind = isUnique ? 'UNIQUE INDEX' : 'INDEX';
  const list = parts.join(', ');
  const nulls = nullsEqual ? ' NULLS NOT DISTINCT' : '';
  const condition = where === undefined ? '' : ` WHERE ${where}`;
  const include = includeText(text.included);
  const columns = `USING ${method} (${list})${include}${nulls}${condition}`;
  const only = isOfParent ? 'ONLY ' : '';
  return `CREATE ${kind} ${quoteIdentifier(name)} ON ${only}${target} ${columns}`;
}

/** ` INCLUDE (a, b)` */
export function includeText(columns: readonly { readonly name: string }[] = []): string {
  const names = columns.map(({ name }) => quoteIdentifier(name));
  return names.length === 0 ? '' : ` INCLUDE (${names.join(', ')})`;
}

function textOf(moment: Moment, oid: number, isPretty: boolean): IndexText | undefined {
  const index = moment.indexByOid(oid);
  if (index !== undefined) {
    const { name, schema } = index.table;
    const parts = index.parts.map(
      (part) => partText(moment, part, isPretty) + orderText(index, part),
    );
    const where = index.where && styled(moment, index.where, isPretty);
    const isOfParent = index.table.kind === 'p';
    return { ...index, schema, table: name, parts, where, isOfParent };
  }
  const system = systemIndexByOid(oid);
  if (system === undefined) return undefined;
  const { name, schema } = system.table;
  const parts = system.keys.map((key) => columnText(system, key));
  const rest = { method: 'btree', nullsEqual: false, where: undefined, isOfParent: false };
  return { ...system, schema, table: name, parts, ...rest };
}

function columnText({ table }: SystemIndex, key: number): string {
  return quoteIdentifier(table.columns[key - 1]?.name ?? '');
}

/** One column or expression, numbered from 1. */
export function indexColumn(
  moment: Moment,
  oid: number,
  number: number,
  isPretty: boolean,
): string | undefined {
  const index = moment.indexByOid(oid);
  const part = index?.parts[number - 1];
  if (part !== undefined) return partText(moment, part, isPretty);
  const included = index?.included[number - 1 - index.parts.length];
  if (included !== undefined) return quoteIdentifier(included.name);
  const system = systemIndexByOid(oid);
  const key = system?.keys[number - 1];
  return system === undefined || key === undefined ? undefined : columnText(system, key);
}

/** Function calls stand as they are, other expressions in parentheses. */
function partText(moment: Moment, { column, sql }: UserIndexPart, isPretty: boolean): string {
  if (column !== undefined) return sql;
  const text = styled(moment, sql, isPretty);
  return isCall(text) ? text : `(${text})`;
}

function styled(moment: Moment, sql: string, isPretty: boolean): string {
  return moment.expressionText(isPretty ? moment.prettyText(sql) : sql);
}

function isCall(text: string): boolean {
  return /^[a-z_0-9]+\(.*\)$/is.test(text);
}

function orderText({ method }: UserIndex, part: UserIndexPart): string {
  const { option, operatorClass, typeOid } = part;
  const own = operatorClassOf(methodOid(method), typeOid, '');
  const isShown = operatorClass !== '' && operatorClass !== own?.name;
  const isDescending = (option & 1) !== 0;
  const isFirst = (option & 2) !== 0;
  const nulls = isFirst === isDescending ? '' : isFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return `${isShown ? ` ${operatorClass}` : ''}${isDescending ? ' DESC' : ''}${nulls}`;
}
