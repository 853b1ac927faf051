/** Operation and tables of a statement for its span: low-cardinality words, never literals. */
import type { Node } from '@pgsql/types';
import { nodeBody, nodeKind } from '../statement/statement-kind.ts';

export interface StatementSummary {
  readonly operation: string;
  readonly tables: readonly string[];
}

const operations: Readonly<Record<string, string>> = {
  SelectStmt: 'SELECT',
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
  CopyStmt: 'COPY',
  ExplainStmt: 'EXPLAIN',
  CreateStmt: 'CREATE TABLE',
  CreateTableAsStmt: 'CREATE TABLE AS',
  DropStmt: 'DROP',
  TruncateStmt: 'TRUNCATE',
  ViewStmt: 'CREATE VIEW',
  VariableSetStmt: 'SET',
  VariableShowStmt: 'SHOW',
  PrepareStmt: 'PREPARE',
  ExecuteStmt: 'EXECUTE',
  DeallocateStmt: 'DEALLOCATE',
  FetchStmt: 'FETCH',
  DeclareCursorStmt: 'DECLARE CURSOR',
};

const tablesMax = 3;
/** Longer lists are of values. */
const listMax = 100;

/** By node: statements that are kept are run again and again. */
const known = new WeakMap<Node, StatementSummary>();

export function statementSummary(node: Node): StatementSummary {
  let summary = known.get(node);
  if (summary === undefined) {
    summary = summarize(node);
    known.set(node, summary);
  }
  return summary;
}

function summarize(node: Node): StatementSummary {
  const kind = nodeKind(node);
  if (kind === 'TransactionStmt') {
    const words = String(nodeBody(node)['kind']).replace('TRANS_STMT_', '').replaceAll('_', ' ');
    return { operation: words, tables: [] };
  }
  const tables: string[] = [];
  collectTables(node, tables, 0);
  return {
    operation: operations[kind] ?? 'OTHER',
    tables: [...new Set(tables)].slice(0, tablesMax),
  };
}

function collectTables(value: unknown, found: string[], depth: number): void {
  if (found.length >= tablesMax || depth > 40 || typeof value !== 'object' || value === null)
    return;
  if (Array.isArray(value)) {
    for (const each of value.slice(0, listMax)) collectTables(each, found, depth + 1);
    return;
  }
  for (const key in value) {
    const child = (value as Readonly<Record<string, unknown>>)[key];
    const name = (child as { readonly relname?: unknown } | null)?.relname;
    if (typeof name === 'string' && (key === 'RangeVar' || key === 'relation')) found.push(name);
    else collectTables(child, found, depth + 1);
  }
}
