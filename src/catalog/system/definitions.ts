/** Texts that define objects: indexes, constraints, views, rules, signatures of functions. */
import { quoteIdentifier } from '../../functions/text/quote.ts';
import type { Moment } from './moment.ts';
import type { UserForeignKey } from './user-relations.ts';
import { ruleOid } from './object-ids.ts';
import { domainChecks } from './rows/domain-checks.ts';
import { includeText } from './index-text.ts';
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
    const isOwn = own !== undefined && 'noInherit' in own && own.noInherit;
    const marks = `${isOwn ? ' NO INHERIT' : ''}${isOpen ? ' NOT VALID' : ''}`;
    return `CHECK (${moment.expressionText(shown)})${marks}`;
  }
  const index = [...moment.indexes].find(({ constraintOid }) => constraintOid === oid);
  if (index !== undefined) {
    const parts = index.parts.map(({ sql }) => sql);
    return keyText(index, parts) + includeText(index.included);
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
