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
  if (kind === 'SelectStmt') return splitInto(nodeBody(node)).into === undefined;
  return writingKinds.has(kind);
}

interface SplitSelect {
  readonly select: Readonly<Record<string, unknown>>;
  /** The first SELECT's INTO. */
  readonly into: unknown;
}

/** A SELECT without the INTO of its first arm, and that INTO. */
export function splitInto(body: Readonly<Record<string, unknown>>): SplitSelect {
  const first = body['larg'] as Readonly<Record<string, unknown>> | undefined;
  if (first === undefined) {
    const { intoClause: into, ...select } = body;
    return { select, into };
  }
  const { select: larg, into } = splitInto(first);
  return { select: { ...body, larg }, into };
}
