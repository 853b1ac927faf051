/** pg_trigger, and the text of CREATE TRIGGER. */
import { quoteIdentifier, quoteLiteral } from '../../../functions/text/quote.ts';
import { triggersOf, triggerType, type TriggerRecord } from '../../trigger-records.ts';
import { int2Vector, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { FactSource } from './fact-table.ts';

function triggers(moment: Moment): readonly Fields[] {
  const known = triggersOf(moment.state.records).filter(({ table }) => {
    return moment.relationByOid(table) !== undefined;
  });
  return known.map((trigger) => ({
    oid: trigger.oid,
    tgrelid: trigger.table,
    tgname: trigger.name,
    tgfoid: trigger.routine,
    tgtype: triggerType(trigger),
    tgenabled: trigger.enabled,
    tgnargs: trigger.args.length,
    tgattr: int2Vector(columnNumbers(moment, trigger)),
    tgargs: Buffer.from(trigger.args.map((arg) => `${arg}\0`).join('')),
    tgqual: trigger.when?.sql ?? null,
    tgoldtable: trigger.oldTable ?? null,
    tgnewtable: trigger.newTable ?? null,
  }));
}

function columnNumbers(moment: Moment, { table, columns }: TriggerRecord): readonly number[] {
  const own = moment.relationByOid(table)?.columns ?? [];
  return columns.map((name) => own.findIndex((column) => column.name === name) + 1);
}

export function triggerDefinition(
  moment: Moment,
  oid: number,
  pretty: boolean,
): string | undefined {
  const trigger = triggersOf(moment.state.records).find((each) => each.oid === oid);
  const table = trigger === undefined ? undefined : moment.relationByOid(trigger.table);
  if (trigger === undefined || table === undefined) return undefined;
  const own = [table.schema, table.name].map(quoteIdentifier).join('.');
  const shown = pretty ? moment.displayName(table.schema, table.name) : own;
  const parts = [
    `CREATE TRIGGER ${quoteIdentifier(trigger.name)}`,
    `${trigger.timing.toUpperCase()} ${eventsText(trigger)} ON ${shown}`,
    ...referencing(trigger),
    `FOR EACH ${trigger.level.toUpperCase()}`,
  ];
  if (trigger.when !== undefined)
    parts.push(`WHEN (${pretty ? moment.prettyText(trigger.when.sql) : trigger.when.sql})`);
  return `${parts.join(' ')} ${actionText(moment, trigger)}`;
}

function referencing({ oldTable, newTable }: TriggerRecord): readonly string[] {
  const tables = [
    ...(oldTable === undefined ? [] : [`OLD TABLE AS ${quoteIdentifier(oldTable)}`]),
    ...(newTable === undefined ? [] : [`NEW TABLE AS ${quoteIdentifier(newTable)}`]),
  ];
  return tables.length === 0 ? [] : [`REFERENCING ${tables.join(' ')}`];
}

function eventsText({ events, columns }: TriggerRecord): string {
  const order = ['insert', 'delete', 'update'] as const;
  const of = columns.length === 0 ? '' : ` OF ${columns.map(quoteIdentifier).join(', ')}`;
  return order
    .filter((event) => events.includes(event))
    .map((event) => event.toUpperCase() + (event === 'update' ? of : ''))
    .join(' OR ');
}

/** EXECUTE FUNCTION f('x') */
function actionText(moment: Moment, { routine, args }: TriggerRecord): string {
  const proc = moment.userProc(routine);
  const name = quoteIdentifier(proc?.record.name ?? '');
  const schema = proc?.record.schema ?? '';
  const isVisible = moment.visibleSchemas.includes(schema);
  const shown = isVisible ? name : `${quoteIdentifier(schema)}.${name}`;
  return `EXECUTE FUNCTION ${shown}(${args.map(quoteLiteral).join(', ')})`;
}

export const triggerSources: readonly FactSource[] = [{ name: 'pg_trigger', current: triggers }];
