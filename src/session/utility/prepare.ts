/** PREPARE, EXECUTE, DEALLOCATE. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { CallingExpressions } from '../routines/calling-expressions.ts';
import { evaluateConstant } from '../../expr/compile.ts';
import { bindExpression, bindTypeName } from '../../plan/binder/bind-statement.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { Node, TypeName } from '@pgsql/types';
import { describeFields, expandFormats } from '../statement/fields.ts';
import { Portal } from '../portal/portal.ts';
import { Prepared } from '../statement/prepared.ts';
import type { FieldDescription } from '../session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { StatementExecution } from '../statement/statement-execution.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const prepare: Utility = {
  kind: 'PrepareStmt',
  run(body, { session, statement, out }) {
    const name = String(body['name']);
    const typeNames = (body['argtypes'] ?? []) as readonly { readonly TypeName: TypeName }[];
    const catalog = session.catalog();
    const find = (schema: string | undefined, typeName: string) =>
      catalog.findType(schema, typeName);
    const types = typeNames.map(({ TypeName: typeName }) => bindTypeName(typeName, { find }));
    const inner = { ...statement, node: body['query'] as Node };
    const prepared = new Prepared(name, session.currentSql, inner, types);
    if (prepared.isPlannable) prepared.plan(session);
    else throw unsupported('PREPARE of this statement');
    if (session.statements.has(name)) {
      const message = `prepared statement "${name}" already exists`;
      throw new SqlError('duplicate_prepared_statement', message);
    }
    session.statements.keep(name, prepared);
    session.cycle.prepares(prepared);
    out.commandComplete('PREPARE');
    return 0;
  },
};

export const executePrepared: Utility = {
  kind: 'ExecuteStmt',
  fields(body, { session }): readonly FieldDescription[] | undefined {
    const prepared = session.statements.get(String(body['name']));
    if (prepared === undefined) return undefined;
    const { fields } = prepared;
    return fields === undefined ? prepared.utilityFields : describeFields(fields, []);
  },
  async run(body, context) {
    const { session, out, formats } = context;
    const prepared = session.statements.named(String(body['name']));
    const parameters = await executeArguments(context, prepared, body);
    const count = prepared.fields?.length ?? 0;
    const expanded = expandFormats(formats, count);
    const portal = new Portal({ name: '', prepared, parameters, formats: expanded });
    session.cycle.uses(prepared);
    return new StatementExecution(session, prepared, out).runInside(portal, context.trace);
  },
};

/** The values of EXECUTE's arguments. Errors: 42601 for a wrong number of them. */
export async function executeArguments(
  context: StatementContext,
  prepared: Prepared,
  body: UtilityBody,
): Promise<readonly (Datum | null)[]> {
  const nodes = (body['params'] ?? []) as readonly Node[];
  const types = prepared.parameterTypesNow(context.session);
  if (nodes.length !== types.length) {
    throw new SqlError(
      'syntax_error',
      `wrong number of parameters for prepared statement "${prepared.name}"`,
      { detail: `Expected ${types.length} parameters but got ${nodes.length}.` },
    );
  }
  const values: (Datum | null)[] = [];
  for (const [index, node] of nodes.entries()) {
    const wanted = { type: types[index] as SqlType, number: index + 1 };
    values.push(await constantOf(context, node, wanted));
  }
  return values;
}

interface Argument {
  readonly type: SqlType;
  /** From 1. */
  readonly number: number;
}

async function constantOf(
  context: StatementContext,
  node: Node,
  { type, number }: Argument,
): Promise<Datum | null> {
  const { session, statement } = context;
  const options = { ...session.plannerOptions(statement), calls: [] };
  const expr = bindExpression(node, options, type, {
    mismatch: (from, location) => {
      const types = `type ${sqlNameOf(from)} cannot be coerced to the expected type ${sqlNameOf(type)}`;
      return new SqlError('datatype_mismatch', `parameter $${number} of ${types}`, {
        hint: 'You will need to rewrite or cast the expression.',
        ...(location < 0 ? {} : { position: statement.positionOf(location) }),
      });
    },
  });
  const calling = CallingExpressions.of(session, { exprs: [expr], types: [], options });
  if (calling === undefined) return evaluateConstant(expr, session.constantContext(), []);
  return (await calling.values([[]]))[0]?.[0] ?? null;
}

export const deallocate: Utility = {
  kind: 'DeallocateStmt',
  run(body, { session, out }) {
    const name = body['name'] === undefined ? undefined : String(body['name']);
    if (name === undefined) session.statements.clear();
    else {
      session.statements.named(name);
      session.statements.delete(name);
    }
    out.commandComplete(name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE');
    return 0;
  },
};
