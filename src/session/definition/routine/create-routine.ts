/** CREATE [OR REPLACE] FUNCTION and PROCEDURE. */
import { requireLanguage } from '../../roles/listed-objects.ts';
import { withOwnSettings } from '../../settings/own-settings.ts';
import { requireUsageOf } from '../../roles/type-access.ts';
import type { TypeName } from '@pgsql/types';
import {
  isInput,
  isOutput,
  sameIdentity,
  type RoutineDraft,
  type RoutineRecord,
  type StoredParameter,
} from '../../../catalog/routine-records.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { typeRecord } from '../../../types/type-table.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import { creationSchema, qualifiedName } from '../relation.ts';
import { routineLanguage } from './languages.ts';
import {
  lockRoutine,
  requireRoutineOwner,
  shownType,
  signatureOf,
  userRoutines,
} from './routine-lookup.ts';
import { routineOptions, type OptionNode } from './routine-options.ts';
import { requiredResult, routineParameters, type ParameterNode } from './routine-parameters.ts';
import { routineTypeOid } from './routine-types.ts';

export const createRoutine: Utility = {
  kind: 'CreateFunctionStmt',
  writes: (body) => `CREATE ${noun(body)}`,
  async run(body, context) {
    const { session, out } = context;
    const { schema: given, name } = qualifiedName(body['funcname'] ?? []);
    const schema = creationSchema(context, given === undefined ? {} : { schemaname: given });
    const isProcedure = body['is_procedure'] === true;
    const returns = body['returnType'] as TypeName | undefined;
    const nodes = (body['options'] ?? []) as readonly OptionNode[];
    const returnsSet = returns?.setof === true;
    const options = routineOptions(context, nodes, { isProcedure, returnsSet });
    requireLanguage(session, options.language ?? 'sql');
    const language = routineLanguage(options.language, body['sql_body'] !== undefined);
    const parameters = routineParameters(
      context,
      (body['parameters'] ?? []) as readonly ParameterNode[],
      isProcedure,
    );
    const result = resultOf(session, parameters, { isProcedure, returns });
    const { language: _language, texts, ...traits } = options;
    const draft: RoutineDraft = {
      ...{ kind: 'routine', schema, name, owner: session.roles.currentUser, isProcedure },
      ...{ language: language.name, parameters, result, returnsSet, ...traits, body: '' },
    };
    const withBody = language.read(context, draft, { texts, standard: body['sql_body'] });
    checkPolymorphic(session, withBody);
    await lockRoutine(session, draft);
    const before = userRoutines(session).find(
      (each) => each.schema === schema && each.name === name && sameIdentity(each, draft),
    );
    if (before !== undefined) checkReplaced(session, before, withBody, body['replace'] === true);
    const transaction = session.transaction.forWriting();
    const oid = before?.oid ?? transaction.takeOid();
    const owner = before?.owner ?? withBody.owner;
    const record: RoutineRecord = { ...withBody, key: String(oid), oid, owner };
    transaction.putRecord(record);
    const { settings = {} } = record;
    await withOwnSettings(session, { settings }, async () => language.check(context, record));
    out.commandComplete(`CREATE ${noun(body)}`);
    return 0;
  },
};

function noun(body: UtilityBody): string {
  return body['is_procedure'] === true ? 'PROCEDURE' : 'FUNCTION';
}

interface Returning {
  readonly isProcedure: boolean;
  readonly returns: TypeName | undefined;
}

/** OID of the result's type. Errors: 42P13, 42704. */
function resultOf(
  session: SqlSession,
  parameters: readonly StoredParameter[],
  { isProcedure, returns }: Returning,
): number {
  const required = requiredResult(parameters, isProcedure);
  if (isProcedure) return required ?? typeRecord('void').oid;
  if (returns === undefined) {
    if (required !== undefined) return required;
    throw new SqlError('invalid_function_definition', 'function result type must be specified');
  }
  const result = routineTypeOid(session, returns, (name) => `"${name}"`);
  requireUsageOf(session, result);
  if (required === undefined || result === required) return result;
  const shown = shownType(session, required);
  const message = `function result type must be ${shown} because of OUT parameters`;
  throw new SqlError('invalid_function_definition', message);
}

/** Errors: 42P13. */
function checkPolymorphic(session: SqlSession, { parameters, result }: RoutineDraft): void {
  const catalog = session.catalog();
  const nameOf = (oid: number): string | undefined => catalog.typeByOid(oid)?.name;
  const given = parameters.filter(isInput).map(({ type }) => nameOf(type) ?? '');
  const results = [result, ...parameters.filter(isOutput).map(({ type }) => type)];
  for (const name of results.map((type) => nameOf(type) ?? '')) {
    const family = families.find(({ results: open }) => open.includes(name))?.inputs;
    if (family === undefined || family.some((each) => given.includes(each))) continue;
    throw new SqlError('invalid_function_definition', 'cannot determine result data type', {
      detail: `A result of type ${name} requires at least one input of type ${alternatives(family)}.`,
    });
  }
}

/** `a or b`; `a, b, or c`. */
function alternatives(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return `${names.slice(0, -1).join(', ')}${names.length > 2 ? ',' : ''} or ${last}`;
}

const ranges = ['anyrange', 'anymultirange'];
const elements = ['anyelement', 'anyarray', 'anynonarray', 'anyenum'];
const compatibleRanges = ['anycompatiblerange', 'anycompatiblemultirange'];
const compatibles = ['anycompatible', 'anycompatiblearray', 'anycompatiblenonarray'];

/** Which polymorphic inputs tell what polymorphic results are. */
const families = [
  { results: elements, inputs: [...elements, ...ranges] },
  { results: ranges, inputs: ranges },
  { results: compatibles, inputs: [...compatibles, ...compatibleRanges] },
  { results: compatibleRanges, inputs: compatibleRanges },
];

/** Errors: 42723, 42501, 42809, 42P13. */
function checkReplaced(
  session: SqlSession,
  before: RoutineRecord,
  after: RoutineDraft,
  replaces: boolean,
): void {
  const { name } = after;
  if (!replaces) {
    const message = `function "${name}" already exists with same argument types`;
    throw new SqlError('duplicate_function', message);
  }
  requireRoutineOwner(session, before);
  if (before.isProcedure !== after.isProcedure) {
    throw new SqlError('wrong_object_type', 'cannot change routine kind', {
      detail: `"${name}" is a ${before.isProcedure ? 'procedure' : 'function'}.`,
    });
  }
  const word = before.isProcedure ? 'PROCEDURE' : 'FUNCTION';
  const hint = `Use DROP ${word} ${signatureOf(session, before)} first.`;
  const refuse = (message: string, detail?: string): SqlError => {
    const fields = detail === undefined ? { hint } : { hint, detail };
    return new SqlError('invalid_function_definition', message, fields);
  };
  if (before.result !== after.result || before.returnsSet !== after.returnsSet) {
    throw refuse(
      before.isProcedure
        ? 'cannot change whether a procedure has output parameters'
        : 'cannot change return type of existing function',
    );
  }
  if (outputsOf(before) !== outputsOf(after) && after.result === typeRecord('record').oid) {
    const detail = 'Row type defined by OUT parameters is different.';
    throw refuse('cannot change return type of existing function', detail);
  }
  const names = after.parameters.filter(isInput);
  for (const [i, { name: old }] of before.parameters.filter(isInput).entries()) {
    if (old === '' || old === names[i]?.name) continue;
    throw refuse(`cannot change name of input parameter "${old}"`);
  }
  if (countDefaults(after) < countDefaults(before)) {
    throw refuse('cannot remove parameter defaults from existing function');
  }
}

function outputsOf({ parameters }: Pick<RoutineRecord, 'parameters'>): string {
  return parameters
    .filter(isOutput)
    .map(({ name, type }) => `${name} ${type}`)
    .join();
}

function countDefaults({ parameters }: Pick<RoutineRecord, 'parameters'>): number {
  return parameters.filter(({ defaultSql }) => defaultSql !== undefined).length;
}
