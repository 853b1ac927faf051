/** COPY's values of domains, or with such within: what input functions ask of each, NULL too. */
import { makeBatch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import type { Arena } from '../../memory/arena.ts';
import { bindDomainValue } from '../../plan/binder/domains.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { hasDomainWithin } from '../../types/user-type.ts';
import type { SqlSession } from '../sql-session.ts';

export class DomainCheck {
  readonly #session: SqlSession;
  readonly #type: SqlType;
  readonly #exprs: PreparedExprs;

  private constructor(session: SqlSession, type: SqlType) {
    this.#session = session;
    this.#type = type;
    const options = session.plannerOptions({ positionOf: () => 0 });
    this.#exprs = prepare([bindDomainValue(options, type)]);
  }

  /** Undefined for what is no domain. */
  static of(session: SqlSession, type: SqlType): DomainCheck | undefined {
    const isAsked = type.domain !== undefined || hasDomainWithin(type.name);
    return isAsked ? new DomainCheck(session, type) : undefined;
  }

  /** Errors: 23502, 23514 of the first value that is refused. */
  column(values: Column, rowCount: number, arena: Arena): void {
    const context = this.#session.constantContext(arena);
    this.#exprs.evaluate(makeBatch([values], rowCount), context, []);
  }

  /** Errors: 23502, 23514. */
  value(value: Datum | null, arena: Arena): void {
    this.column(buildColumn(this.#type, [value], arena), 1, arena);
  }
}
