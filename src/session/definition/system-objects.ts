/** Objects that are built in, by the names that COMMENT ON gives: functions, operators, casts … */
import { catalogOids, type CommentedObject } from '../../catalog/comment-records.ts';
import { extensionNamed, languageExtension, languageOids } from '../../catalog/extensions.ts';
import { castFacts } from '../../catalog/system/facts/casts.ts';
import { accessMethods, operatorClasses } from '../../catalog/system/operator-classes.ts';
import { procsNamed, type ProcFact } from '../../catalog/system/proc-facts.ts';
import { collationNames, tablespaceNames } from '../../catalog/system/rows/databases.ts';
import { languageNames, operatorNames } from '../../catalog/system/rows/procs.ts';
import { recordsOf } from '../../catalog/system/static-records.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { formatType } from '../../types/type-name.ts';
import { displayName, qualifiedName } from './relation.ts';

/** What an object is called, its types as OIDs. */
export interface ObjectName {
  readonly names: unknown;
  /** Undefined: no list of arguments was given; 0 stands for NONE. */
  readonly types: readonly number[] | undefined;
}

export interface NamedObject extends Omit<CommentedObject, 'column'> {
  /** What somebody who does not own it is told: `function abs`. */
  readonly shown: string;
  /** Of a role: whoever may make roles may comment on it. */
  readonly denial?: string;
}

export type FindObject = (name: ObjectName) => NamedObject;

function missing(message: string): SqlError {
  return new SqlError('undefined_object', message);
}

/** Errors: 42883, 42725, 42809. */
function findRoutine(word: 'function' | 'aggregate' | 'procedure' | 'routine'): FindObject {
  return ({ names, types }) => {
    const name = qualifiedName(names);
    const isSearched = name.schema === undefined || name.schema === 'pg_catalog';
    const found = (isSearched ? procsNamed(name.name) : []).filter(
      ({ args }) => types === undefined || sameOids(args, types),
    );
    const [proc] = found;
    if (proc === undefined) throw missingRoutine(word, displayName(name), types);
    if (found.length > 1) {
      const hint = `Specify the argument list to select the ${word} unambiguously.`;
      const message = `${word} name "${displayName(name)}" is not unique`;
      throw new SqlError('ambiguous_function', message, { hint });
    }
    refuseOtherRoutine(word, proc);
    const isAggregate = word === 'aggregate';
    const shown = `${isAggregate ? 'aggregate' : 'function'} ${name.name}`;
    return { catalog: catalogOids.function, oid: proc.oid, shown };
  };
}

function sameOids(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((oid, i) => oid === right[i]);
}

function signature(name: string, types: readonly number[]): string {
  return `${name}(${types.map((oid) => formatType(oid)).join(', ')})`;
}

function missingRoutine(
  word: string,
  name: string,
  types: readonly number[] | undefined,
): SqlError {
  const noun = word === 'routine' ? 'function' : word;
  const article = noun === 'aggregate' ? 'an' : 'a';
  if (types === undefined) {
    const message = `could not find ${article} ${noun} named "${name}"`;
    return new SqlError('undefined_function', message);
  }
  const isOfAll = noun === 'aggregate' && types.length === 0;
  const shown = isOfAll ? `${name}(*)` : signature(name, types);
  return new SqlError('undefined_function', `${noun} ${shown} does not exist`);
}

function refuseOtherRoutine(word: string, { name, args, kind }: ProcFact): void {
  const shown = signature(name, args);
  if (word === 'aggregate' && kind !== 'a') {
    throw new SqlError('wrong_object_type', `function ${shown} is not an aggregate`);
  }
  if (word === 'procedure' && kind !== 'p') {
    throw new SqlError('wrong_object_type', `${shown} is not a procedure`);
  }
}

/** Errors: 42883. */
function findOperator({ names, types = [] }: ObjectName): NamedObject {
  const { name } = qualifiedName(names);
  const [left = 0, right = 0] = types;
  for (const [oid, { symbol, args }] of operatorNames()) {
    if (symbol !== name || !sameOids(args, [left, right])) continue;
    return { catalog: catalogOids.operator, oid, shown: `operator ${name}` };
  }
  const operands = [left, right].map((oid) => (oid === 0 ? '' : formatType(oid)));
  const shown = [operands[0], name, operands[1]].filter((part) => part !== '').join(' ');
  throw new SqlError('undefined_function', `operator does not exist: ${shown}`);
}

/** Errors: 42704. */
function findCast({ types = [] }: ObjectName): NamedObject {
  const [from = 0, to = 0] = types;
  const cast = recordsOf(castFacts).find(
    ([, source, target]) => Number(source) === from && Number(target) === to,
  );
  const [source, target] = [formatType(from), formatType(to)];
  if (cast === undefined) {
    throw missing(`cast from type ${source} to type ${target} does not exist`);
  }
  const shown = `type ${source} or type ${target}`;
  return { catalog: catalogOids.cast, oid: Number(cast[0]), shown };
}

/** Objects that have no schema. Errors: 42704. */
function findNamed(
  [word, catalog]: readonly [word: string, catalog: number],
  known: readonly (readonly [oid: number, name: string, ...rest: unknown[]])[],
): FindObject {
  return ({ names }) => {
    const { name } = qualifiedName(names);
    const found = known.find((each) => each[1] === name);
    if (found === undefined) throw missing(`${word} "${name}" does not exist`);
    return { catalog, oid: found[0], shown: `${word} ${name}` };
  };
}

/** Errors: 42704. */
function findCollation({ names }: ObjectName): NamedObject {
  const name = qualifiedName(names);
  const found = collationNames.find(([, collation]) => collation === name.name);
  if (found === undefined) {
    throw missing(`collation "${displayName(name)}" for encoding "UTF8" does not exist`);
  }
  return { catalog: catalogOids.collation, oid: found[0], shown: `collation ${name.name}` };
}

/** The access method is the first of the names. Errors: 42704. */
function findOperatorClass(isFamily: boolean): FindObject {
  const word = isFamily ? 'operator family' : 'operator class';
  return ({ names }) => {
    const items = names as readonly unknown[];
    const { name: methodName } = qualifiedName(items.slice(0, 1));
    const { name } = qualifiedName(items.slice(1));
    const method = accessMethods.find((each) => each.name === methodName);
    if (method === undefined) throw missing(`access method "${methodName}" does not exist`);
    const found = operatorClasses().find(
      (each) => each.method === method.oid && (isFamily ? each.familyName : each.name) === name,
    );
    if (found === undefined) {
      throw missing(`${word} "${name}" does not exist for access method "${methodName}"`);
    }
    const catalog = isFamily ? catalogOids.operatorFamily : catalogOids.operatorClass;
    const oid = isFamily ? found.family : found.oid;
    return { catalog, oid, shown: `${word} ${methodName}.${name}` };
  };
}

const methods = accessMethods.map(({ oid, name }) => [oid, name] as const);

/** By kind of object, as the parser calls it. */
export const systemObjects: Readonly<Record<string, FindObject>> = {
  FUNCTION: findRoutine('function'),
  AGGREGATE: findRoutine('aggregate'),
  PROCEDURE: findRoutine('procedure'),
  ROUTINE: findRoutine('routine'),
  OPERATOR: findOperator,
  CAST: findCast,
  LANGUAGE: findNamed(['language', catalogOids.language], languageNames),
  TABLESPACE: findNamed(['tablespace', catalogOids.tablespace], tablespaceNames),
  ACCESS_METHOD: (name) => {
    const found = findNamed(['access method', catalogOids.accessMethod], methods)(name);
    return { ...found, denial: 'must be superuser' };
  },
  COLLATION: findCollation,
  OPCLASS: findOperatorClass(false),
  OPFAMILY: findOperatorClass(true),
};

/** OID of the extension that is always there; undefined for another one. */
export function builtInExtension(name: string): number | undefined {
  return name === languageExtension && extensionNamed(name) !== undefined
    ? languageOids.extension
    : undefined;
}
