/**
 * Prepared statements and their plans.
 *
 * A statement is planned when it is parsed, for its types. The plan is kept for later executions
 * until a definition changes: definitionVersion counts a transaction's own changes, too, when it
 * makes them, and when it takes them back.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Field } from '../../plan/physical.ts';
import type { PlannedStatement, PlanObserver, StatementVariables } from '../../plan/planner.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import type { SpanIdentity } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { typeRecord } from '../../types/type-table.ts';
import { isOverUserType } from '../../types/user-type.ts';
import type { FieldDescription } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';
import { hasTemporary } from '../facts/session-state.ts';
import { overNoRow } from '../write/current-row.ts';
import { isCurrent, type KeptPlan } from './kept-plan.ts';
import { planByShape, type ShapedPlan } from './shaped-plan.ts';
import { mayNameCatalog } from './shared-plans.ts';
import { isPlannable } from './statement-kind.ts';
import { describeUtility, innerQuery, utilityParameters } from '../utility/all.ts';

export class Prepared {
  readonly name: string;
  readonly sql: string;
  /** undefined: the empty statement. */
  readonly statement: ParsedStatement | undefined;
  readonly createdMicros: bigint;
  /** `fixed`: the statement has no parameters but those given (simple protocol: none). */
  readonly #parameters: 'fixed' | 'inferred';
  #parameterTypes: readonly (SqlType | undefined)[];
  /** The definitions that users' types among them are of. */
  #typesVersion: number | undefined;
  #kept: KeptPlan | undefined;
  #literals: readonly Datum[] = [];
  #fields: readonly Field[] | undefined;
  /** Root of the cycle that parsed it last: others that use it link there. */
  origin: SpanIdentity | undefined;
  /** The session's own question, which needs no privileges. */
  isInternal = false;
  /** Asked before each planning: the variables that the statement may name. */
  variables: (() => StatementVariables | undefined) | undefined;

  constructor(
    name: string,
    sql: string,
    statement: ParsedStatement | undefined,
    parameterTypes: readonly (SqlType | undefined)[],
    parameters: 'fixed' | 'inferred' = 'inferred',
  ) {
    this.#parameters = parameters;
    this.name = name;
    this.sql = sql;
    this.statement = statement;
    this.#parameterTypes = parameterTypes;
    this.createdMicros = BigInt(Date.now()) * 1000n;
  }

  get isPlannable(): boolean {
    return this.statement !== undefined && isPlannable(this.statement.node);
  }

  /** Types of $1 … $n, after `plan`. */
  get parameterTypes(): readonly SqlType[] {
    return this.#parameterTypes.map((type) => type ?? { name: 'text', typmod: -1 });
  }

  /** The same once types that users make are what they are now. */
  parameterTypesNow(session: SqlSession): readonly SqlType[] {
    const { definitionVersion } = session.environment.store;
    if (this.#typesVersion !== definitionVersion) {
      this.#typesVersion = definitionVersion;
      this.#parameterTypes = this.#parameterTypes.map((type) => type && typeNow(session, type));
    }
    return this.parameterTypes;
  }

  /** Values of its own for the plan's parameters, where the client gives none. */
  get literals(): readonly Datum[] {
    return this.#literals;
  }

  /** Output of a plannable statement, after `plan`; undefined: no rows. */
  get fields(): readonly Field[] | undefined {
    return this.#fields;
  }

  /** Fields that a utility statement returns are described by the session. */
  utilityFields: readonly FieldDescription[] | undefined;

  /** Errors: the binder's; 0A000 when the result's types changed since the first plan. */
  plan(session: SqlSession, observer?: PlanObserver): PlannedStatement {
    if (this.#kept !== undefined && this.holds(session)) return this.#kept.planned;
    this.#literals = [];
    this.parameterTypesNow(session);
    const meaning = this.#sharedMeaning(session);
    const statement = this.statement as ParsedStatement;
    const sharedKey = meaning && `${meaning}\0${statement.text}`;
    const { plans, store } = session.environment;
    const shared = sharedKey === undefined ? undefined : plans.find(sharedKey);
    if (shared !== undefined && isCurrent(shared, session)) return this.#keep(shared);
    if (meaning !== undefined && !this.isInternal && this.#parameterTypes.length === 0) {
      const shaped = planByShape(session, statement, meaning, observer);
      if (shaped !== undefined) return this.#keepShaped(shaped);
    }
    const { definitionVersion } = store;
    const settingsKey = session.planSettingsKey();
    const variables = this.variables?.();
    const { planned, sizes } = session.planNode(
      { ...statement, node: overNoRow(statement.node) },
      variables === undefined ? this.#parameterTypes : [],
      {
        ...(observer === undefined ? {} : { observer }),
        parametersFixed: this.#parameters === 'fixed',
        isInternal: this.isInternal,
        ...(variables === undefined ? {} : { variables }),
        writesInWith: 'allowed',
      },
    );
    const kept = { planned, definitionVersion, settingsKey, sizes };
    this.#keep(kept);
    if (sharedKey !== undefined) plans.keep(sharedKey, kept, this.isInternal);
    return planned;
  }

  /** The next plan is made anew, and its result may be of other types. */
  forget(): void {
    this.#kept = undefined;
    this.#fields = undefined;
  }

  #keep(kept: KeptPlan): PlannedStatement {
    const { planned } = kept;
    this.#checkSameResult(planned.fields);
    const source = planned.kind === 'query' ? planned.plan : planned.source;
    this.#parameterTypes = source.parameterTypes;
    this.#kept = kept;
    return planned;
  }

  /** To the client, the statement has no parameters. */
  #keepShaped({ kept, literals }: ShapedPlan): PlannedStatement {
    this.#checkSameResult(kept.planned.fields);
    this.#kept = kept;
    this.#literals = literals;
    return kept.planned;
  }

  /**
   * What the statement's words mean to all sessions alike; undefined where a transaction, or
   * temporary relations, may let names mean what they mean to this session alone.
   */
  #sharedMeaning(session: SqlSession): string | undefined {
    const { transaction, environment, settings, start } = session;
    const text = this.statement?.text ?? '';
    if (this.#kept !== undefined || this.variables !== undefined) return undefined;
    if (!(this.isInternal || mayNameCatalog(text))) return undefined;
    if (transaction.storeTransaction?.redefines === true || hasTemporary(session)) return undefined;
    if (environment.tracer.wantsRules(settings.get('log.filter'))) return undefined;
    const types = this.#parameterTypes.map((type) => `${type?.name} ${type?.typmod}`);
    const asker = this.isInternal ? 'internal' : this.#parameters;
    return [asker, start.database, session.planSettingsKey(), ...types].join('\0');
  }

  /** Whether the kept plan is what planning would give now. */
  holds(session: SqlSession): boolean {
    const kept = this.#kept;
    return kept?.planned.earlier === undefined && kept !== undefined && isCurrent(kept, session);
  }

  /** A query whose plan may be used again. */
  get isReusableQuery(): boolean {
    return this.#kept?.planned.kind === 'query';
  }

  /** A utility statement: the columns of its result, the types of its query's parameters. */
  describe(session: SqlSession): void {
    if (this.statement === undefined) return;
    const inner = innerQuery(this.statement.node);
    if (inner !== undefined) {
      const { planned } = session.planNode(
        { ...this.statement, node: inner },
        this.#parameterTypes,
        { parametersFixed: this.#parameters === 'fixed', writesInWith: 'allowed' },
      );
      const source = planned.kind === 'query' ? planned.plan : planned.source;
      this.#parameterTypes = source.parameterTypes;
    }
    const names = {
      session,
      statement: this.statement,
      parametersFixed: this.#parameters === 'fixed',
    };
    const own = utilityParameters({ ...names, parameterTypes: this.#parameterTypes });
    if (own !== undefined) this.#parameterTypes = own;
    this.utilityFields = describeUtility({ ...names, parameterTypes: this.#parameterTypes });
  }

  #checkSameResult(fields: readonly Field[]): void {
    const before = this.#fields;
    const after = fields.length === 0 ? undefined : fields;
    const wasDescribed = this.#kept !== undefined && this.#parameters === 'inferred';
    if (wasDescribed && !sameFields(before, after)) {
      throw new SqlError('feature_not_supported', 'cached plan must not change result type', {
        routine: 'RevalidateCachedQuery',
      });
    }
    this.#fields = after;
  }
}

/** A name says all of a user's type, which may have changed: it is found again by its OID. */
function typeNow(session: SqlSession, type: SqlType): SqlType {
  if (type.domain !== undefined || !isOverUserType(type.name)) return type;
  return session.catalog().typeByOid(typeRecord(type.name).oid) ?? type;
}

/** Another label or field makes no other type. */
function isSameType(before: TypeName, after: TypeName): boolean {
  if (before === after) return true;
  if (!isOverUserType(before) || !isOverUserType(after)) return false;
  return typeRecord(before).oid === typeRecord(after).oid;
}

/**
 * The statements of a simple query, which have no parameters. Those of the same text share a plan,
 * unless one between may change what they mean.
 */
export function prepareAll(sql: string, all: readonly ParsedStatement[]): readonly Prepared[] {
  const prepare = (statement: ParsedStatement): Prepared =>
    new Prepared('', sql, statement, [], 'fixed');
  if (all.length < 2 || !all.every(({ node }) => isPlannable(node))) return all.map(prepare);
  const first = new Map<string, Prepared>();
  return all.map((statement) => {
    const known = first.get(statement.text);
    if (known !== undefined) return known;
    const prepared = prepare(statement);
    first.set(statement.text, prepared);
    return prepared;
  });
}

function sameFields(a: readonly Field[] | undefined, b: readonly Field[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.length === b.length &&
    a.every((field, index) => {
      const other = b[index] as Field;
      return field.name === other.name && isSameType(field.type.name, other.type.name);
    })
  );
}
