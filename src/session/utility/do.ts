/**
 * DO: runs a block of PL/pgSQL, as far as it is offered (sql/plpgsql.ts). A block with exception
 * handlers runs in a subtransaction, which an error that is handled takes back.
 */
import { SqlError, unsupported, type SqlErrorFields } from '../../errors/sql-error.ts';
import { sqlStates } from '../../errors/sql-state.ts';
import { parseSql } from '../../sql/parse.ts';
import { parsePlpgsql } from '../../sql/plpgsql.ts';
import type { PlBlock, PlHandler, PlRaise, PlStatement } from '../../sql/plpgsql.ts';
import type { Datum } from '../../types/datum.ts';
import { Portal } from '../portal/portal.ts';
import { planRows } from '../statement/internal-query.ts';
import { Prepared } from '../statement/prepared.ts';
import { SilentWriter } from '../statement/result-writers.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { lockedPlan } from '../transaction/locks.ts';
import { StatementExecution } from '../statement/statement-execution.ts';
import { nodeKind } from '../statement/statement-kind.ts';
import { conditionCode, raised } from './do-raise.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const doBlock: Utility = {
  kind: 'DoStmt',
  async run(body, context) {
    const options = optionsOf(body);
    const language = options.get('language') ?? 'plpgsql';
    if (language.toLowerCase() !== 'plpgsql') throw unknownLanguage(language);
    const block = parsePlpgsql(options.get('as') ?? '', context.statement.text);
    await inBlock(context, () => new BlockRun(context).run(block));
    context.out.commandComplete('DO');
    return 0;
  },
};

/** What holds for a transaction holds for all of a DO: its statements are in a block of a kind. */
async function inBlock({ session }: StatementContext, body: () => Promise<void>): Promise<void> {
  const { transaction } = session;
  const { isMultiple } = transaction;
  transaction.isMultiple = true;
  try {
    await body();
  } finally {
    transaction.isMultiple = isMultiple;
  }
}

function optionsOf(body: UtilityBody): ReadonlyMap<string, string> {
  const args = (body['args'] ?? []) as readonly {
    readonly DefElem?: {
      readonly defname?: string;
      readonly arg?: { readonly String?: { readonly sval?: string } };
    };
  }[];
  return new Map(
    args.map(({ DefElem: option }) => [option?.defname ?? '', option?.arg?.String?.sval ?? '']),
  );
}

function unknownLanguage(language: string): SqlError {
  if (['c', 'internal', 'sql'].includes(language)) {
    const message = `language "${language}" does not support inline code execution`;
    return new SqlError('feature_not_supported', message);
  }
  return new SqlError('undefined_object', `language "${language}" does not exist`);
}

const refused = new Set(['TransactionStmt', 'CopyStmt']);

class BlockRun {
  readonly #context: StatementContext;

  constructor(context: StatementContext) {
    this.#context = context;
  }

  async run({ body, handlers }: PlBlock): Promise<void> {
    if (handlers.length === 0) return this.#all(body);
    const { transaction } = this.#context.session;
    try {
      await transaction.inSubtransaction(() => this.#all(body));
    } catch (error) {
      const handler = handlers.find((each) => handles(each, error));
      if (handler === undefined) throw error;
      await this.#all(handler.body);
    }
  }

  async #all(statements: readonly PlStatement[]): Promise<void> {
    for (const statement of statements) await this.#one(statement);
  }

  async #one(statement: PlStatement): Promise<void> {
    switch (statement.kind) {
      case 'block':
        return this.run(statement);
      case 'if': {
        for (const { condition, body } of statement.branches) {
          if ((await this.#value(`SELECT (${condition})::boolean`)) === true)
            return this.#all(body);
        }
        return this.#all(statement.otherwise);
      }
      case 'raise':
        return this.#raise(statement);
      case 'perform':
        await this.#rows(statement.query);
        return;
      case 'execute': {
        const text = await this.#value(`SELECT (${statement.text})::text`);
        if (text === null) {
          const message = 'query string argument of EXECUTE is null';
          throw new SqlError('null_value_not_allowed', message);
        }
        for (const sql of parseSql(String(text))) await this.#sql(sql.text, statement, true);
        return;
      }
      case 'sql':
        return this.#sql(statement.sql, statement, false);
    }
  }

  async #raise(raise: PlRaise): Promise<void> {
    const { code, message, fields } = await raised(raise, async (expression) => {
      const text = await this.#value(`SELECT (${expression})::text`);
      return text === null ? null : String(text);
    });
    if (raise.level === 'EXCEPTION') throw SqlError.withCode(code, message, fields);
    this.#context.out.notice(makeNotice(raise.level, code, message, fields));
  }

  /** A statement; rows that it returns have nowhere to go, unless EXECUTE runs it. */
  async #sql(sql: string, { line }: PlStatement, isDynamic: boolean): Promise<void> {
    const { session, trace, out } = this.#context;
    await located({ sql, line, at: isDynamic ? 'EXECUTE' : 'SQL statement' }, async () => {
      const [statement] = parseSql(sql);
      if (statement === undefined) return;
      const kind = nodeKind(statement.node);
      if (refused.has(kind)) throw unsupported(`${kind.replace('Stmt', '')} in DO`);
      const prepared = new Prepared('', sql, statement, [], 'fixed');
      if (prepared.isPlannable && !isDynamic && prepared.plan(session).fields.length > 0) {
        const hint = 'If you want to discard the results of a SELECT, use PERFORM instead.';
        throw new SqlError('syntax_error', 'query has no destination for result data', {
          ...(kind === 'SelectStmt' ? { hint } : {}),
        });
      }
      const portal = new Portal({ name: '', prepared, parameters: [], formats: [] });
      await new StatementExecution(session, prepared, new SilentWriter(out)).runInside(
        portal,
        trace,
      );
    });
  }

  async #rows(sql: string): Promise<readonly (readonly (Datum | null)[])[]> {
    const { session } = this.#context;
    const prepared = new Prepared('', sql, parseSql(sql)[0], [], 'fixed');
    const planned = await lockedPlan(session, () => prepared.plan(session));
    if (planned.constantError !== undefined) throw planned.constantError;
    return planned.kind === 'query' ? planRows(session, planned.plan, []) : [];
  }

  async #value(sql: string): Promise<Datum | null> {
    return (await this.#rows(sql))[0]?.[0] ?? null;
  }
}

interface Place {
  readonly sql: string;
  readonly line: number;
  readonly at: string;
}

/** An error's position is one in the inner statement, which the client does not have. */
async function located({ sql, line, at }: Place, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (error instanceof SqlError && error.fields.where === undefined) {
      const { position: _position, ...fields }: SqlErrorFields = error.fields;
      const where = `SQL statement "${sql}"\nPL/pgSQL function inline_code_block line ${line} at ${at}`;
      error.fields = { ...fields, where };
    }
    throw error;
  }
}

/** OTHERS handles all but what stops the statement and failed assertions. */
function handles({ conditions }: PlHandler, error: unknown): boolean {
  if (!(error instanceof SqlError)) return false;
  return conditions.some((condition) => {
    const name = condition.toLowerCase();
    if (name === 'others') {
      return error.code !== sqlStates.query_canceled && error.code !== sqlStates.assert_failure;
    }
    const code = conditionCode(condition);
    return code.endsWith('000') ? error.code.slice(0, 2) === code.slice(0, 2) : error.code === code;
  });
}
