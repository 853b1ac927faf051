/** The parameters of CREATE FUNCTION (PostgreSQL's interpret_function_parameter_list). */
import { requireUsageOf } from '../../roles/type-access.ts';
import type { Node, TypeName } from '@pgsql/types';
import {
  isInput,
  isOutput,
  type ParameterMode,
  type StoredParameter,
} from '../../../catalog/routine-records.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { bindExpression } from '../../../plan/binder/bind-statement.ts';
import { isPolymorphic } from '../../../plan/binder/calls/polymorphic.ts';
import { sqlNameOf } from '../../../plan/binder/literals.ts';
import type { PlannerOptions } from '../../../plan/planner.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { typeRecord } from '../../../types/type-table.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import { defaultText } from '../default-text.ts';
import { routineTypeOid } from './routine-types.ts';

export interface ParameterNode {
  readonly FunctionParameter?: {
    readonly name?: string;
    readonly argType?: TypeName;
    readonly mode?: string;
    readonly defexpr?: Node;
  };
}

const modes: Readonly<Record<string, ParameterMode>> = {
  FUNC_PARAM_DEFAULT: 'in',
  FUNC_PARAM_IN: 'in',
  FUNC_PARAM_OUT: 'out',
  FUNC_PARAM_INOUT: 'inout',
  FUNC_PARAM_VARIADIC: 'variadic',
  FUNC_PARAM_TABLE: 'table',
};

function invalid(message: string): SqlError {
  return new SqlError('invalid_function_definition', message);
}

/** Errors: 42P13, 42703, 42704, 42804. */
export function routineParameters(
  context: StatementContext,
  nodes: readonly ParameterNode[],
  isProcedure: boolean,
): readonly StoredParameter[] {
  const parameters: StoredParameter[] = [];
  for (const { FunctionParameter: node = {} } of nodes) {
    const parameter = parameterOf(context.session, node, isProcedure);
    checkPlace(parameters, parameter, isProcedure);
    const defaultSql = defaultOf(context, node.defexpr, parameter);
    const hasDefault = parameters.some((each) => each.defaultSql !== undefined);
    if (defaultSql === undefined && hasDefault) refuseAfterDefault(parameter, isProcedure);
    parameters.push(defaultSql === undefined ? parameter : { ...parameter, defaultSql });
  }
  return parameters;
}

function parameterOf(
  session: SqlSession,
  { name = '', argType = {}, mode = '' }: NonNullable<ParameterNode['FunctionParameter']>,
  isProcedure: boolean,
): StoredParameter {
  const type = routineTypeOid(session, argType);
  requireUsageOf(session, type);
  if (argType.setof === true) {
    throw invalid(`${isProcedure ? 'procedures' : 'functions'} cannot accept set arguments`);
  }
  return { name, mode: modes[mode] ?? 'in', type };
}

/** Errors: 42P13. */
function checkPlace(
  before: readonly StoredParameter[],
  parameter: StoredParameter,
  isProcedure: boolean,
): void {
  const { name, mode } = parameter;
  const isAfterVariadic = before.some((each) => each.mode === 'variadic');
  if (isAfterVariadic && isProcedure) {
    throw invalid('VARIADIC parameter must be the last parameter');
  }
  if (isAfterVariadic && isInput(parameter)) {
    throw invalid('VARIADIC parameter must be the last input parameter');
  }
  if (name === '') return;
  const isAgain = before.some((each) => {
    const areApart =
      (isOnlyInput(each.mode) && isOnlyOutput(mode)) ||
      (isOnlyOutput(each.mode) && isOnlyInput(mode));
    return each.name === name && !areApart;
  });
  if (isAgain) throw invalid(`parameter name "${name}" used more than once`);
}

function isOnlyInput(mode: ParameterMode): boolean {
  return mode === 'in' || mode === 'variadic';
}

function isOnlyOutput(mode: ParameterMode): boolean {
  return mode === 'out' || mode === 'table';
}

/** Errors: 42P13. */
function refuseAfterDefault(parameter: StoredParameter, isProcedure: boolean): void {
  if (isInput(parameter)) {
    throw invalid('input parameters after one with a default value must also have defaults');
  }
  if (isProcedure) {
    throw invalid('procedure OUT parameters cannot appear after one with a default value');
  }
}

/** Errors: 42P13, 42703, 42804, 0A000. */
function defaultOf(
  { session, statement }: StatementContext,
  node: Node | undefined,
  parameter: StoredParameter,
): string | undefined {
  if (node === undefined) return undefined;
  if (!isInput(parameter)) throw invalid('only input parameters can have default values');
  const type = session.catalog().typeByOid(parameter.type);
  if (type === undefined) throw unsupported('a default of this type');
  const options = session.plannerOptions(statement);
  if (isPolymorphic(type.name)) return openDefault(node, parameter.name, options);
  const target = {
    mismatch: (actual: SqlType, location: number) => {
      return wrongType(type, actual, statement.positionOf(location));
    },
  };
  bindExpression(node, options, type, target);
  const isPseudo = typeRecord(type.name).category === 'P';
  return (
    defaultText(
      node,
      { name: parameter.name, type: isPseudo ? { name: 'text', typmod: -1 } : type },
      options,
    ) ?? `NULL::${sqlNameOf(type)}`
  );
}

/** Of the type that it has itself. */
function openDefault(node: Node, name: string, options: PlannerOptions): string {
  const own = bindExpression(node, options).type;
  return defaultText(node, { name, type: own }, options) ?? 'NULL';
}

function wrongType(wanted: SqlType, actual: SqlType, position: number): SqlError {
  const types = `type ${sqlNameOf(wanted)}, not type ${sqlNameOf(actual)}`;
  const message = `argument of DEFAULT must be ${types}`;
  return new SqlError('datatype_mismatch', message, { position });
}

/** The type that OUT parameters ask for, as an OID; undefined: there are none. */
export function requiredResult(
  parameters: readonly StoredParameter[],
  isProcedure: boolean,
): number | undefined {
  const outputs = parameters.filter(isOutput);
  const [only, second] = outputs;
  if (only === undefined) return undefined;
  return isProcedure || second !== undefined ? typeRecord('record').oid : only.type;
}
