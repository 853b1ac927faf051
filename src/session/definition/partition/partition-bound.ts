/** FOR VALUES of CREATE TABLE … PARTITION OF and of ATTACH PARTITION. */
import type { Node } from '@pgsql/types';
import {
  compareEdges,
  keyColumnsOf,
  lists,
  overlapping,
  type KeyColumn,
  type PartitionBound,
  type RangeEdge,
} from '../../../catalog/partitions.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { evaluateConstant } from '../../../expr/compile.ts';
import { bindExpression } from '../../../plan/binder/bind-statement.ts';
import { sqlNameOf } from '../../../plan/binder/literals.ts';
import type { Datum } from '../../../types/datum.ts';
import { formatText } from '../../../types/type-text.ts';
import { sessionFormats } from '../../facts/evaluation-facts.ts';
import type { StatementContext } from '../../statement/statement-context.ts';

/** libpg-query's PartitionBoundSpec. */
export interface BoundNode {
  readonly strategy?: string;
  readonly is_default?: boolean;
  readonly modulus?: number;
  readonly remainder?: number;
  readonly listdatums?: readonly Node[];
  readonly lowerdatums?: readonly Node[];
  readonly upperdatums?: readonly Node[];
  readonly location?: number;
}

const words = { range: 'a range', list: 'a list', hash: 'a hash' } as const;

interface Place {
  readonly position?: number;
}

function placeOf({ statement }: StatementContext, location: number | undefined): Place {
  return location === undefined ? {} : { position: statement.positionOf(location) };
}

/** Errors: 42P16, 42P17, 42804 and those of the values. */
export function boundOf(
  context: StatementContext,
  parent: TableDefinition,
  node: BoundNode,
): PartitionBound {
  const strategy = parent.partitionBy?.strategy ?? 'range';
  const place = placeOf(context, node.location);
  if (node.is_default === true) {
    if (strategy !== 'hash') return { kind: 'default' };
    const message = 'a hash-partitioned table may not have a default partition';
    throw new SqlError('invalid_table_definition', message);
  }
  if (node.strategy !== strategy[0]) {
    const message = `invalid bound specification for ${words[strategy]} partition`;
    throw new SqlError('invalid_table_definition', message, place);
  }
  const key = keyColumnsOf(parent);
  if (strategy === 'hash') return hashBound(node);
  if (strategy === 'list') return listBound(context, key, node);
  const [from, to] = [node.lowerdatums ?? [], node.upperdatums ?? []];
  for (const [word, { length }] of [['FROM', from] as const, ['TO', to] as const]) {
    if (length === key.length) continue;
    const message = `${word} must specify exactly one value per partitioning column`;
    throw new SqlError('invalid_table_definition', message);
  }
  return { kind: 'range', from: edgesOf(context, key, from), to: edgesOf(context, key, to) };
}

function hashBound({ modulus = 0, remainder = 0 }: BoundNode): PartitionBound {
  const refuse = (message: string): SqlError => new SqlError('invalid_table_definition', message);
  if (modulus <= 0) {
    throw refuse('modulus for hash partition must be an integer value greater than zero');
  }
  if (remainder < 0) {
    const least = 'must be an integer value greater than or equal to zero';
    throw refuse(`remainder for hash partition ${least}`);
  }
  if (remainder >= modulus) throw refuse('remainder for hash partition must be less than modulus');
  return { kind: 'hash', modulus, remainder };
}

/** A value that is listed twice counts once. */
function listBound(
  context: StatementContext,
  key: readonly KeyColumn[],
  { listdatums: nodes = [] }: BoundNode,
): PartitionBound {
  const column = must(key[0], 'a column');
  const values: (Datum | null)[] = [];
  for (const node of nodes) {
    const value = valueOf(context, column, node);
    if (!lists(key, values, value)) values.push(value);
  }
  return { kind: 'list', values };
}

/** Errors: 42804 for a value behind MINVALUE or MAXVALUE, 42P17 for NULL. */
function edgesOf(
  context: StatementContext,
  key: readonly KeyColumn[],
  nodes: readonly Node[],
): readonly RangeEdge[] {
  const edges = nodes.map((node, at): RangeEdge => {
    const named = edgeNamed(node);
    if (named !== undefined) return named;
    const value = valueOf(context, must(key[at], 'a column'), node);
    if (value !== null) return { value };
    throw new SqlError('invalid_object_definition', 'cannot specify NULL in range bound');
  });
  for (const [at, edge] of edges.entries()) {
    const before = edges[at - 1];
    if (typeof before !== 'string' || before === edge) continue;
    const word = before === 'min' ? 'MINVALUE' : 'MAXVALUE';
    const message = `every bound following ${word} must also be ${word}`;
    throw new SqlError('datatype_mismatch', message, placeOf(context, locationOf(nodes[at])));
  }
  return edges;
}

function edgeNamed(node: Node): 'min' | 'max' | undefined {
  if (!('ColumnRef' in node)) return undefined;
  const [field, ...others] = node.ColumnRef.fields ?? [];
  if (field === undefined || others.length > 0 || !('String' in field)) return undefined;
  const name = field.String.sval;
  if (name === 'minvalue') return 'min';
  return name === 'maxvalue' ? 'max' : undefined;
}

function locationOf(node: Node | undefined): number | undefined {
  const [content] = Object.values(node ?? {}) as { readonly location?: number }[];
  return content?.location;
}

/** The value of an expression without columns. Errors: 42804, and those of the expression. */
function valueOf(context: StatementContext, { name, type }: KeyColumn, node: Node): Datum | null {
  const { session, statement } = context;
  const place = placeOf(context, locationOf(node));
  const message = `specified value cannot be cast to type ${sqlNameOf(type)} for column "${name}"`;
  const expr = bindExpression(node, session.plannerOptions(statement), type, {
    mismatch: () => new SqlError('datatype_mismatch', message, place),
  });
  return evaluateConstant(expr, session.constantContext(), []);
}

/** What may become a partition: its name, and where the statement gives the bound. */
export interface NewPartition {
  readonly name: string;
  readonly bound: PartitionBound;
  readonly location: number | undefined;
}

/** Errors: 42P17 for an empty range, rows of other partitions, a modulus that fits no other. */
export function refuseOverlap(
  context: StatementContext,
  parent: TableDefinition,
  children: readonly TableDefinition[],
  { name, bound, location }: NewPartition,
): void {
  const place = placeOf(context, location);
  if (bound.kind === 'range') refuseEmpty(context, parent, { name, bound, location });
  if (bound.kind === 'hash') refuseModulus(children, bound);
  const other = overlapping(parent, children, bound);
  if (other === undefined) return;
  const message =
    bound.kind === 'default'
      ? `partition "${name}" conflicts with existing default partition "${other.name}"`
      : `partition "${name}" would overlap partition "${other.name}"`;
  throw new SqlError('invalid_object_definition', message, place);
}

function refuseEmpty(
  context: StatementContext,
  parent: TableDefinition,
  { name, bound, location }: NewPartition,
): void {
  const key = keyColumnsOf(parent);
  if (bound.kind !== 'range' || compareEdges(key, bound.from, bound.to) < 0) return;
  const formats = sessionFormats(context.session);
  const [from, to] = [bound.from, bound.to].map((edges) => {
    const texts = edges.map((edge, at) => {
      if (typeof edge === 'string') return edge === 'min' ? 'MINVALUE' : 'MAXVALUE';
      const type = key[at]?.type ?? { name: 'text', typmod: -1 };
      const text = formatText(type, edge.value, formats);
      return isNumber.has(type.name) ? text : `'${text.replaceAll("'", "''")}'`;
    });
    return `(${texts.join(', ')})`;
  });
  const message = `empty range bound specified for partition "${name}"`;
  throw new SqlError('invalid_object_definition', message, {
    ...placeOf(context, location),
    detail: `Specified lower bound ${from} is greater than or equal to upper bound ${to}.`,
  });
}

const isNumber = new Set<string>(['int2', 'int4', 'int8', 'numeric', 'oid']);

/** Each modulus must be a factor of the next larger one. */
function refuseModulus(
  children: readonly TableDefinition[],
  { modulus }: PartitionBound & { readonly kind: 'hash' },
): void {
  const others = children.flatMap(({ name, partitionOf }) => {
    return partitionOf?.bound.kind === 'hash' ? [{ name, modulus: partitionOf.bound.modulus }] : [];
  });
  const sorted = others.toSorted((a, b) => a.modulus - b.modulus);
  const below = sorted.findLast((each) => each.modulus <= modulus);
  const above = sorted.find((each) => each.modulus >= modulus);
  const refuse = (detail: string): SqlError => {
    const message = 'every hash partition modulus must be a factor of the next larger modulus';
    return new SqlError('invalid_object_definition', message, { detail });
  };
  const existing = (each: { readonly name: string; readonly modulus: number }): string =>
    `${each.modulus}, the modulus of existing partition "${each.name}"`;
  if (below !== undefined && modulus % below.modulus !== 0) {
    throw refuse(`The new modulus ${modulus} is not divisible by ${existing(below)}.`);
  }
  if (above !== undefined && above.modulus % modulus !== 0) {
    throw refuse(`The new modulus ${modulus} is not a factor of ${existing(above)}.`);
  }
}
