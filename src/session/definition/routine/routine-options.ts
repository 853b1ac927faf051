/** What CREATE FUNCTION says of a routine beside its signature: language, body and traits. */
import type {
  RoutineParallel,
  RoutineRecord,
  RoutineVolatility,
} from '../../../catalog/routine-records.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { changedValues, type NamedValues } from '../../settings/kept-settings.ts';
import type { UtilityBody } from '../../utility/utility.ts';
import type { StatementContext } from '../../statement/statement-context.ts';

export interface OptionNode {
  readonly DefElem?: {
    readonly defname?: string;
    readonly location?: number;
    readonly arg?: {
      readonly String?: { readonly sval?: string };
      readonly Boolean?: { readonly boolval?: boolean };
      readonly Integer?: { readonly ival?: number };
      readonly Float?: { readonly fval?: string };
      readonly VariableSetStmt?: UtilityBody;
      readonly List?: {
        readonly items?: readonly { readonly String?: { readonly sval?: string } }[];
      };
    };
  };
}

type Traits = Pick<
  RoutineRecord,
  'volatility' | 'isStrict' | 'parallel' | 'isLeakproof' | 'isDefiner' | 'cost' | 'rows'
> & { readonly settings?: NamedValues };

export interface RoutineOptions extends Traits {
  readonly language: string | undefined;
  /** What stands behind AS. */
  readonly texts: readonly string[] | undefined;
}

/** None of these says anything of a procedure. */
const ofFunctions = new Set([
  ...['volatility', 'leakproof', 'strict', 'cost', 'rows', 'parallel', 'support', 'window'],
]);

type Option = NonNullable<NonNullable<OptionNode['DefElem']>['arg']>;
type Options = ReadonlyMap<string, Option>;

export interface RoutineKind {
  readonly isProcedure: boolean;
  readonly returnsSet: boolean;
}

/** Errors: 42601, 42P13, 22023, 42501, 0A000. */
export function routineOptions(
  context: StatementContext,
  nodes: readonly OptionNode[],
  kind: RoutineKind,
): RoutineOptions {
  const given = optionsOf(context, nodes, kind);
  const plain: Traits = {
    ...{ volatility: 'volatile', isStrict: false, parallel: 'unsafe', isLeakproof: false },
    ...{ isDefiner: false, cost: 100, rows: kind.returnsSet ? 1000 : 0 },
  };
  return {
    ...traitsOf(context, given, plain),
    settings: settingsOf(context, nodes, {}),
    language: given.get('language')?.String?.sval,
    texts: given.get('as')?.List?.items?.map(({ String: text }) => text?.sval ?? ''),
  };
}

/** ALTER FUNCTION. Errors: as of routineOptions. */
export function alteredTraits(
  context: StatementContext,
  nodes: readonly OptionNode[],
  routine: RoutineRecord,
): Traits {
  return {
    ...traitsOf(context, optionsOf(context, nodes, routine), routine),
    settings: settingsOf(context, nodes, routine.settings ?? {}),
  };
}

/** SET and RESET, one after another. Errors: 42704, 22023, 55P02, 42501, 0A000. */
function settingsOf(
  context: StatementContext,
  nodes: readonly OptionNode[],
  before: NamedValues,
): NamedValues {
  return nodes.reduce((settings, { DefElem: option = {} }) => {
    const change = option.defname === 'set' ? option.arg?.VariableSetStmt : undefined;
    return change === undefined ? settings : changedValues(context, settings, change);
  }, before);
}

/** Errors: 42601, 42P13, 0A000. */
function optionsOf(
  { statement }: StatementContext,
  nodes: readonly OptionNode[],
  { isProcedure }: Pick<RoutineKind, 'isProcedure'>,
): Options {
  const given = new Map<string, Option>();
  for (const { DefElem: option = {} } of nodes) {
    const { defname: name = '', location = 0, arg = {} } = option;
    const position = statement.positionOf(location);
    if (given.has(name) && name !== 'set') {
      throw new SqlError('syntax_error', 'conflicting or redundant options', { position });
    }
    if (isProcedure && ofFunctions.has(name)) {
      const message = 'invalid attribute in procedure definition';
      throw new SqlError('invalid_function_definition', message, { position });
    }
    if (refused[name] !== undefined) throw unsupported(refused[name]);
    given.set(name, arg);
  }
  return given;
}

/** Errors: 22023, 42601, 42501, 0A000. */
function traitsOf(
  { session }: StatementContext,
  given: Options,
  before: Traits & { readonly returnsSet?: boolean },
): Traits {
  const isLeakproof = flag(given, 'leakproof') ?? before.isLeakproof;
  if (isLeakproof && !before.isLeakproof && !session.roles.isSuperuser) {
    const message = 'only superuser can define a leakproof function';
    throw new SqlError('insufficient_privilege', message);
  }
  const volatility = given.get('volatility')?.String?.sval as RoutineVolatility | undefined;
  const rows = numberOf('ROWS', given.get('rows'));
  if (rows !== undefined && before.rows === 0) {
    const message = 'ROWS is not applicable when function does not return a set';
    throw new SqlError('invalid_parameter_value', message);
  }
  return {
    volatility: volatility ?? before.volatility,
    isStrict: flag(given, 'strict') ?? before.isStrict,
    parallel: parallelOf(given.get('parallel')?.String?.sval) ?? before.parallel,
    isLeakproof,
    isDefiner: flag(given, 'security') ?? before.isDefiner,
    cost: numberOf('COST', given.get('cost')) ?? before.cost,
    rows: rows ?? before.rows,
  };
}

function flag(given: Options, name: string): boolean | undefined {
  return given.has(name) ? given.get(name)?.Boolean?.boolval === true : undefined;
}

const refused: Readonly<Record<string, string>> = {
  support: 'SUPPORT in CREATE FUNCTION',
  window: 'CREATE FUNCTION ... WINDOW',
  transform: 'TRANSFORM in CREATE FUNCTION',
};

/** Errors: 42601. */
function parallelOf(word: string | undefined): RoutineParallel | undefined {
  if (word === undefined) return undefined;
  if (word === 'safe' || word === 'restricted' || word === 'unsafe') return word;
  throw new SqlError('syntax_error', 'parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE');
}

/** Errors: 22023. */
function numberOf(word: string, arg: Option | undefined): number | undefined {
  if (arg === undefined) return undefined;
  const value = Number(arg.Float?.fval ?? arg.Integer?.ival ?? 0);
  if (value > 0) return value;
  throw new SqlError('invalid_parameter_value', `${word} must be positive`);
}
