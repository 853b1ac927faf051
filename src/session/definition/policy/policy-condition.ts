/** USING and WITH CHECK: conditions of policies as they are kept. */
import type { Node } from '@pgsql/types';
import type { PolicyCondition } from '../../../catalog/policy-records.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { unsupported } from '../../../errors/sql-error.ts';
import { visitAst } from '../../../plan/binder/ast.ts';
import { bindPolicy } from '../../../plan/binder/bind-statement.ts';
import { systemNames } from '../../../plan/binder/from/system-columns.ts';
import { BindingRecord } from '../../../plan/binder/recording.ts';
import { deparsePolicy } from '../../../plan/deparse/deparse.ts';
import { defaultFormats } from '../../../types/format-settings.ts';
import { findSavedRelation } from './table-policies.ts';
import type { SqlSession } from '../../sql-session.ts';

/** Errors: those of binding it, which point nowhere; 0A000 for what has no text. */
export function policyCondition(
  session: SqlSession,
  node: Node,
  table: TableDefinition,
): PolicyCondition {
  visitAst(node, 'sval', (name) => {
    if (systemNames.has(String(name))) throw unsupported('a system column in a policy');
  });
  const record = new BindingRecord();
  const uses = new Set<number>();
  const ignore = (): void => undefined;
  const options = session.plannerOptions({ positionOf: () => 0 });
  const level = bindPolicy(
    node,
    {
      ...options,
      record,
      references: {
        relation: (oid) => void uses.add(oid),
        routine: (oid) => void uses.add(oid),
        ...{ type: ignore, call: ignore, star: ignore },
      },
    },
    table,
  );
  const formats = options.formats ?? { ...defaultFormats, timeZone: options.timeZone };
  const deparsed = deparsePolicy(node, { record, formats }, { level, table: table.name });
  if (deparsed === undefined) throw unsupported('this expression in a policy');
  uses.delete(table.oid);
  const columns = deparsed.usedColumns.flatMap(([oid, number]) => {
    const name = findSavedRelation(session, oid)?.columns?.[number - 1]?.name;
    return name === undefined ? [] : [[oid, name] as const];
  });
  return { sql: deparsed.text, uses: [...uses], columns };
}
