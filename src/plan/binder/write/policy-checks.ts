/**
 * What policies ask of rows that are written: conditions over rows that the session hands to a plan,
 * and what it says of a row for which one does not hold (PostgreSQL's WithCheckOptions).
 */
import type { PolicyCommand } from '../../../catalog/policy-records.ts';
import type { Datum } from '../../../types/datum.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { LogicalNode } from '../../logical.ts';
import type { PolicyMoment, RowPolicies, WritePolicies } from '../../planner.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { isTrue, policyConditions, type WantedConditions } from '../from/row-security.ts';
import { tableColumns } from '../from/relations.ts';
import { project, type Item } from '../nodes.ts';
import type { WrittenRelation } from './written-relation.ts';

/** Policies whose conditions are asked, the first ones first. */
export type AskedPolicies = readonly (readonly [
  command: PolicyCommand,
  kind: WantedConditions['kind'],
])[];

/** Of each moment; nothing where no policy rules the rows, or none asks anything. */
export function policyChecks(
  context: BindContext,
  { table, policies, reader }: WrittenRelation,
  asked: Readonly<Partial<Record<PolicyMoment, AskedPolicies>>>,
): { readonly policies?: WritePolicies<LogicalNode> } {
  if (policies === undefined) return {};
  const moments = Object.entries(asked) as [PolicyMoment, AskedPolicies][];
  const checks = moments.flatMap(([moment, list]) => {
    const { definition } = table;
    const row = tableColumns(context, definition);
    const conditions = context.readAs(reader, () =>
      list.flatMap(([command, kind]) => {
        const wanted = { table: definition, policies, row, command, kind, isFilter: false };
        return policyConditions(context, wanted).filter(({ expr }) => !isTrue(expr));
      }),
    );
    if (conditions.length === 0) return [];
    const messages = conditions.map(({ policy }) => message(moment, definition.name, policy));
    const place = context.newColumn('place', sqlType('int8'), false);
    const columns = [place, ...row];
    const rows: (readonly (Datum | null)[])[] = [];
    const facts = { oid: 0, schema: '', name: 'rows', columns, rowCount: () => 1, rows };
    const positions = columns.map((_, i) => i);
    const scan: LogicalNode = { kind: 'factScan', facts, columns, positions };
    const holds = conditions.map(({ expr }): Item => {
      return { column: context.newColumn('holds', expr.type), expr };
    });
    const plan = project(scan, [{ column: place, expr: columnOf(place) }, ...holds]);
    return [[moment, { plan, rows, messages }] as [PolicyMoment, RowPolicies<LogicalNode>]];
  });
  return checks.length === 0 ? {} : { policies: Object.fromEntries(checks) };
}

const subjects: Readonly<Record<PolicyMoment, string>> = {
  insert: 'new row',
  update: 'new row',
  conflict: 'new row',
  mergeUpdate: 'target row',
  mergeDelete: 'target row',
};

function message(moment: PolicyMoment, table: string, policy: string | undefined): string {
  const named = policy === undefined ? '' : ` "${policy}"`;
  const using = moment === 'insert' || moment === 'update' ? '' : ' (USING expression)';
  return `${subjects[moment]} violates row-level security policy${named}${using} for table "${table}"`;
}
