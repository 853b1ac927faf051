/**
 * What CREATE SCHEMA makes in the schema, statement by statement.
 *
 *     create schema s  │ create table t (a int)  │ create view v as …  │ grant select on t to r
 */
import type { Node } from '@pgsql/types';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import { piecesOf } from '../../sql/tokens.ts';
import { nodeBody, nodeKind } from '../statement/statement-kind.ts';
import type { RangeVar } from './relation.ts';

/** Kinds in the order in which they are made. */
const kinds = ['CreateSeqStmt', 'CreateStmt', 'ViewStmt', 'IndexStmt', 'GrantStmt'];

/** The field that names what is made. */
const relationFields: Readonly<Record<string, string>> = {
  CreateSeqStmt: 'sequence',
  CreateStmt: 'relation',
  ViewStmt: 'view',
  IndexStmt: 'relation',
};

/** In the order in which they run, their relations in the schema. Errors: 42P15, 0A000. */
export function schemaElements(
  statement: ParsedStatement,
  nodes: readonly Node[],
  schema: string,
): readonly ParsedStatement[] {
  const texts = elementTexts(statement.text);
  if (texts.length !== nodes.length) throw unsupported('this form of CREATE SCHEMA');
  return nodes
    .map((node, index) => {
      return { ...statement, node: placedIn(schema, node), text: texts[index] ?? '' };
    })
    .toSorted((left, right) => orderOf(left) - orderOf(right));
}

function orderOf({ node }: ParsedStatement): number {
  return kinds.indexOf(nodeKind(node));
}

/** Errors: 42P15, 0A000. */
function placedIn(schema: string, element: Node): Node {
  const kind = nodeKind(element);
  if (!kinds.includes(kind)) throw unsupported('this element of CREATE SCHEMA');
  const field = relationFields[kind];
  if (field === undefined) return element;
  const body = nodeBody(element);
  const relation = (body[field] ?? {}) as RangeVar;
  const given = relation.schemaname;
  if (given !== undefined && given !== schema) {
    const words = `CREATE specifies a schema (${given}) different from the one being created`;
    throw new SqlError('invalid_schema_definition', `${words} (${schema})`);
  }
  const placed = { ...body, [field]: { ...relation, schemaname: schema } };
  return { [kind]: placed } as unknown as Node;
}

/** CREATE and GRANT are reserved: these are no names, but behind AS and a dot. */
const notBefore = new Set(['as', 'with', '.']);

/** The texts behind the head, each from its CREATE or GRANT on. */
function elementTexts(text: string): readonly string[] {
  const starts: number[] = [];
  let [offset, depth, before] = [0, 0, ''];
  for (const piece of piecesOf(text)) {
    const word = piece.text.toLowerCase();
    if (word === '(') depth++;
    if (word === ')') depth--;
    const begins = piece.kind === 'word' && (word === 'create' || word === 'grant');
    if (begins && depth === 0 && !notBefore.has(before)) starts.push(offset);
    const isSpace = ['space', 'blockComment', 'lineComment'].includes(piece.kind);
    if (!isSpace) before = word;
    offset += piece.text.length;
  }
  return starts.slice(1).map((start, index) => text.slice(start, starts[index + 2]));
}
