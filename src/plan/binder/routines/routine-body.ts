/** Bodies in SQL: their statements as trees, and the level of names that their parameters are. */
import type { Node } from '@pgsql/types';
import { isInput, type Routine } from '../../../catalog/routine-records.ts';
import { parseSql } from '../../../sql/parse.ts';
import type { ParsedStatement } from '../../../sql/statement.ts';
import type { LogicalColumn } from '../../logical.ts';
import { astAs, stringsOf, visitAst, type Ast } from '../ast.ts';
import { Mentions } from '../from/mentions.ts';
import { QueryLevel } from '../scope.ts';

export interface RoutineBody {
  readonly statements: readonly ParsedStatement[];
  /** The body, when it is one query. */
  readonly query: Ast<'SelectStmt'> | undefined;
  readonly mentions: Mentions | undefined;
  /** Last names of the relations that it reads. */
  readonly relations: ReadonlySet<string>;
  /** Last names of the functions that it calls. */
  readonly functions: ReadonlySet<string>;
}

const bodiesMax = 256;
const bodies = new Map<string, RoutineBody>();

/** Bodies are parsed once: every call binds them. Errors: 42601. */
export function routineBody({ body }: Pick<Routine['record'], 'body'>): RoutineBody {
  const known = bodies.get(body);
  if (known !== undefined) return known;
  const statements = parseSql(body);
  const [first, second] = statements;
  const select = astAs(first?.node, 'SelectStmt');
  const isQuery = second === undefined && select?.lockingClause === undefined;
  const query = isQuery && select?.intoClause === undefined ? select : undefined;
  const mentions = query === undefined ? undefined : new Mentions({ SelectStmt: query } as Node);
  const functions = new Set<string>();
  const relations = new Set<string>();
  for (const { node } of statements) {
    visitAst(node, 'RangeVar', (relation) => {
      relations.add((relation as Ast<'RangeVar'>).relname ?? '');
    });
    visitAst(node, 'FuncCall', (call) => {
      functions.add(stringsOf((call as Ast<'FuncCall'>).funcname).at(-1) ?? '');
    });
  }
  const made = { statements, query, mentions, relations, functions };
  if (bodies.size >= bodiesMax) bodies.clear();
  bodies.set(body, made);
  return made;
}

/** Whether its body calls a function of its name. */
export function mentionsItself(record: Pick<Routine['record'], 'body' | 'name'>): boolean {
  return routineBody(record).functions.has(record.name);
}

/** Around the body: a relation of the function's name with its parameters as columns. */
export function parameterLevel(
  { record, parameters }: Routine,
  columns: readonly LogicalColumn[],
): QueryLevel {
  const level = new QueryLevel(undefined);
  const inputs = parameters.filter(isInput);
  const named = columns.map((column, i) => ({ name: inputs[i]?.name ?? '', column }));
  const relation = { name: record.name, columns: named };
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  level.parameters = named;
  return level;
}
