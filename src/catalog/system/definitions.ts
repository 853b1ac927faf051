/** Texts that define objects: indexes, constraints, views, rules, signatures of functions. */
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { factTypeName } from './lookup.ts';
import type { Moment } from './moment.ts';
import type { UserForeignKey } from './user-relations.ts';
import { ruleOid } from './object-ids.ts';
import { procByOid, type ProcFact } from './proc-facts.ts';
import { domainChecks } from './rows/domain-checks.ts';
import { systemIndexes, type SystemIndex } from './system-indexes.ts';

export function constraintDefinition(
  moment: Moment,
  oid: number,
  isPretty: boolean,
): string | undefined {
  const condition = conditionOf(moment, oid);
  if (condition !== undefined) {
    const shown = isPretty ? moment.prettyText(condition) : condition;
    const own = moment.checks.find((each) => each.oid === oid) ?? moment.domainCheck(oid);
    const isOpen = own?.isUnchecked === true;
    return `CHECK (${moment.expressionText(shown)})${isOpen ? ' NOT VALID' : ''}`;
  }
  const index = [...moment.indexes].find(({ constraintOid }) => constraintOid === oid);
  if (index !== undefined) {
    return keyText(
      index,
      index.parts.map(({ sql }) => sql),
    );
  }
  const foreign = moment.foreignKeys.find((each) => each.oid === oid);
  if (foreign !== undefined) return foreignKeyText(moment, foreign);
  const system = systemIndexes().find(({ constraintOid }) => constraintOid === oid && oid !== 0);
  return (
    system &&
    keyText(
      system,
      system.keys.map((key) => columnOf(system, key)),
    )
  );
}

function foreignKeyText(moment: Moment, { columns, references }: UserForeignKey): string {
  const { onUpdate, onDelete, deferral, setOnDelete } = references;
  const list = (names: readonly string[]): string => `(${names.map(quoteIdentifier).join(', ')})`;
  const target = moment.relationByOid(references.table);
  const name = target === undefined ? '???' : moment.displayName(target.schema, target.name);
  const own = list(columns.map((column) => column.name));
  const isNotable = (action: string): boolean => action !== 'no action';
  return [
    `FOREIGN KEY ${own} REFERENCES ${name}${list(references.columns)}`,
    ...(references.isFull ? ['MATCH FULL'] : []),
    ...(isNotable(onUpdate) ? [`ON UPDATE ${onUpdate.toUpperCase()}`] : []),
    ...(isNotable(onDelete) ? [`ON DELETE ${onDelete.toUpperCase()}`] : []),
    ...(setOnDelete === undefined ? [] : [list(setOnDelete)]),
    ...(deferral === 'never' ? [] : ['DEFERRABLE']),
    ...(deferral === 'deferred' ? ['INITIALLY DEFERRED'] : []),
    ...(references.isUnchecked === true ? ['NOT VALID'] : []),
  ].join(' ');
}

function conditionOf(moment: Moment, oid: number): string | undefined {
  const check = moment.checks.find((each) => each.oid === oid);
  const own = check ?? moment.domainCheck(oid);
  return own?.sql ?? domainChecks().find((each) => each.oid === oid)?.condition;
}

function columnOf({ table }: SystemIndex, key: number): string {
  return quoteIdentifier(table.columns[key - 1]?.name ?? '');
}

interface KeyKind {
  readonly isPrimary: boolean;
  readonly nullsEqual?: boolean;
}

function keyText({ isPrimary, nullsEqual }: KeyKind, columns: readonly string[]): string {
  const unique = nullsEqual === true ? 'UNIQUE NULLS NOT DISTINCT' : 'UNIQUE';
  return `${isPrimary ? 'PRIMARY KEY' : unique} (${columns.join(', ')})`;
}

export function viewDefinition(moment: Moment, oid: number, isPretty: boolean): string | undefined {
  const relation = moment.relationByOid(oid);
  if (relation?.viewSql === undefined) return undefined;
  return `${moment.viewText(relation, isPretty)};`;
}

export function ruleDefinition(moment: Moment, oid: number, isPretty: boolean): string | undefined {
  const view = moment.relations.find(
    (relation) => relation.viewSql !== undefined && ruleOid(relation.oid) === oid,
  );
  if (view === undefined) return undefined;
  const target = isPretty
    ? moment.displayName(view.schema, view.name)
    : `${quoteIdentifier(view.schema)}.${quoteIdentifier(view.name)}`;
  const text = viewDefinition(moment, view.oid, isPretty) ?? ';';
  return `CREATE RULE "_RETURN" AS\n    ON SELECT TO ${target} DO INSTEAD ${text}`;
}

const modeWords: Readonly<Record<string, string>> = { o: 'OUT ', b: 'INOUT ', v: 'VARIADIC ' };

/** `identity` leaves out what is not part of the function's identity: OUT arguments. */
export function functionArguments(oid: number, identity: boolean): string | undefined {
  const proc = procByOid(oid);
  if (proc === undefined) return undefined;
  const types = proc.allArgs ?? proc.args;
  return types
    .flatMap((type, i) => {
      const mode = modeOf(proc, i);
      if (mode === 't' || (identity && mode === 'o')) return [];
      const name = proc.argNames?.[i] ?? '';
      const words = `${modeWords[mode] ?? ''}${name === '' ? '' : `${quoteIdentifier(name)} `}`;
      return [`${words}${factTypeName(type)}`];
    })
    .join(', ');
}

function modeOf(proc: ProcFact, position: number): string {
  const mode = proc.argModes?.[position];
  if (mode !== undefined) return mode;
  return proc.variadic && position === proc.args.length - 1 ? 'v' : 'i';
}

export function functionResult(oid: number): string | undefined {
  const proc = procByOid(oid);
  if (proc === undefined || proc.kind === 'p') return undefined;
  const columns = (proc.allArgs ?? []).flatMap((type, i) =>
    modeOf(proc, i) === 't'
      ? [`${quoteIdentifier(proc.argNames?.[i] ?? '')} ${factTypeName(type)}`]
      : [],
  );
  if (columns.length > 0) return `TABLE(${columns.join(', ')})`;
  return `${proc.returnsSet ? 'SETOF ' : ''}${factTypeName(proc.result)}`;
}

const volatilities: Readonly<Record<string, string>> = { i: ' IMMUTABLE', s: ' STABLE', v: '' };

/** As pg_get_functiondef writes functions of the language internal. */
export function functionDefinition(oid: number): string | undefined {
  const proc = procByOid(oid);
  if (proc === undefined || proc.kind === 'a') return undefined;
  const arguments_ = functionArguments(oid, false) ?? '';
  const traits = [
    proc.kind === 'w' ? ' WINDOW' : '',
    volatilities[proc.volatility] ?? '',
    proc.parallel === 's' ? ' PARALLEL SAFE' : '',
    proc.strict ? ' STRICT' : '',
  ].join('');
  return [
    `CREATE OR REPLACE FUNCTION ${proc.schema}.${quoteIdentifier(proc.name)}(${arguments_})`,
    ` RETURNS ${functionResult(oid) ?? 'void'}`,
    ' LANGUAGE internal',
    traits,
    `AS $function$${proc.name}$function$`,
    '',
  ].join('\n');
}
