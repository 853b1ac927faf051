/** WHEN of a trigger: checked, and as a text over `old` and `new`. */
import type { Node } from '@pgsql/types';
import type { TableDefinition } from '../../../catalog/table.ts';
import type { TriggerRecord } from '../../../catalog/trigger-records.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { bindTriggerCondition } from '../../../plan/binder/bind-statement.ts';
import { BindingRecord } from '../../../plan/binder/recording.ts';
import { stringsOf, visitAst } from '../../../plan/binder/ast.ts';
import { deparseTriggerCondition } from '../../../plan/deparse/deparse.ts';
import { exprText } from '../../../plan/explain/expr-text.ts';
import { defaultFormats } from '../../../types/format-settings.ts';
import type { StatementContext } from '../../statement/statement-context.ts';

type Trigger = Pick<TriggerRecord, 'level' | 'events' | 'timing'>;

/** Errors: 42P17 for rows that there are not, 0A000 for new rows' generated columns, 42703. */
export function triggerCondition(
  { session, statement }: StatementContext,
  node: Node,
  { table, trigger }: { readonly table: TableDefinition; readonly trigger: Trigger },
): NonNullable<TriggerRecord['when']> {
  const record = new BindingRecord();
  const options = session.plannerOptions(statement);
  const { expr, level } = bindTriggerCondition(node, { ...options, record }, table);
  const columns = new Set<string>();
  visitAst(node, 'ColumnRef', (reference) => {
    const { fields, location = 0 } = reference as {
      readonly fields?: Node[];
      readonly location?: number;
    };
    const [row = '', name = ''] = stringsOf(fields);
    const message = refusal(trigger, row);
    if (message !== undefined) {
      const position = options.positionOf(location);
      throw new SqlError('invalid_object_definition', message, { position });
    }
    columns.add(name);
  });
  const formats = options.formats ?? { ...defaultFormats, timeZone: options.timeZone };
  const text = deparseTriggerCondition(node, { record, formats }, level);
  const sql = text ?? exprText(expr, { maskLiterals: false, isStored: true });
  return { sql, columns: [...columns] };
}

function refusal({ level, events }: Trigger, row: string): string | undefined {
  if (level === 'statement') {
    return "statement trigger's WHEN condition cannot reference column values";
  }
  if (row === 'old' && events.includes('insert')) {
    return "INSERT trigger's WHEN condition cannot reference OLD values";
  }
  if (row === 'new' && events.includes('delete')) {
    return "DELETE trigger's WHEN condition cannot reference NEW values";
  }
  return undefined;
}
