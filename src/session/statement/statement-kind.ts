/** Which statements are planned and run by the executor; all others are utility statements. */
import type { Node } from '@pgsql/types';

/** The one key of a libpg-query node and what it holds. */
export function nodeKind(node: Node): string {
  return Object.keys(node)[0] as string;
}

export function nodeBody(node: Node): Record<string, unknown> {
  return Object.values(node)[0] as Record<string, unknown>;
}

const writingKinds = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** SELECT without INTO, VALUES, TABLE, INSERT, UPDATE, DELETE, MERGE. */
export function isPlannable(node: Node): boolean {
  const kind = nodeKind(node);
  if (kind === 'SelectStmt') return nodeBody(node)['intoClause'] === undefined;
  return writingKinds.has(kind);
}
