/** One kind of utility statement: everything that is not planned. */
import type { Node } from '@pgsql/types';
import type { LockMode } from '../../catalog/locks.ts';
import type { QualifiedName } from '../definition/relation.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlSession } from '../sql-session.ts';
import type { FieldDescription } from '../session.ts';
import type { StatementContext } from '../statement/statement-context.ts';

export interface Utility {
  /** Key of the libpg-query node: `VariableSetStmt`. */
  readonly kind: string;
  /** Runs the statement, writes its rows and its CommandComplete; returns rows for the trace. */
  readonly run: (body: UtilityBody, context: StatementContext) => Promise<number> | number;
  /** The columns of its result, when it has one. */
  readonly fields?: (
    body: UtilityBody,
    names: NamesInStatement,
  ) => readonly FieldDescription[] | undefined;
  /** Types of its parameters, where no query inside tells them. */
  readonly parameters?: (body: UtilityBody, names: NamesInStatement) => readonly SqlType[];
  /** The query inside, whose parameters are the statement's. */
  readonly query?: (body: UtilityBody) => Node | undefined;
  /** What a read-only transaction refuses (25006); undefined: it writes nothing. */
  readonly writes?: (body: UtilityBody, session: SqlSession) => string | undefined;
  /** Needs no snapshot: SET TRANSACTION may still come after it. */
  readonly seesNoData?: true;
  /** Tables that it keeps others from, before it looks at them. */
  readonly locks?: (body: UtilityBody) => readonly RelationLock[];
  /** Runs in a failed transaction block too. */
  readonly worksWhenFailed?: (body: UtilityBody) => boolean;
}

/** What expressions in the statement may name. */
export interface NamesInStatement extends Pick<
  StatementContext,
  'session' | 'statement' | 'variables'
> {
  readonly parameterTypes: readonly (SqlType | undefined)[];
  /** There are no others than those. */
  readonly parametersFixed?: boolean;
}

export interface RelationLock {
  readonly name: QualifiedName;
  readonly mode: LockMode;
  /** What a table that the session is writing refuses: `ALTER TABLE`. */
  readonly command?: string;
  /** LOCK TABLE … NOWAIT. */
  readonly isNowait?: boolean;
}

/** The node's fields as libpg-query gives them. */
export type UtilityBody = Readonly<Record<string, unknown>>;
