/** What a new view is written through to, and its options. */
import type { Node } from '@pgsql/types';
import type { StoredView, ViewBase } from '../../../catalog/table.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { astAs, stringsOf, type Ast } from '../../../plan/binder/ast.ts';
import { viewRefusal } from '../../../plan/binder/write/view-updates.ts';
import { viewColumns } from '../../facts/session-state.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { UtilityBody } from '../../utility/utility.ts';
import { findRelation } from '../relation.ts';
import type { OptionNode } from '../sequence-options.ts';

export interface Updatability {
  /** Absent: several relations, or none of a user. */
  readonly base?: ViewBase;
  /** Why it has no check option. */
  readonly refusal?: string;
}

/** The relation and its columns behind a view's query. */
export function updatabilityOf(session: SqlSession, query: Node): Updatability {
  const select = astAs(query, 'SelectStmt') ?? {};
  const refusal = viewRefusal(select);
  if (refusal !== undefined) return { refusal };
  const node = astAs(select.fromClause?.[0], 'RangeVar') ?? {};
  const found = findRelation(session, { schema: node.schemaname, name: node.relname ?? '' });
  if (found?.kind !== 'table' && found?.kind !== 'view') return {};
  const oid = found.kind === 'table' ? found.table.definition.oid : found.view.oid;
  const names =
    found.kind === 'table'
      ? found.table.definition.columns.map(({ name }) => name)
      : viewColumns(session, found.view).map(({ name }) => name);
  const shown = stringsOf(node.alias?.colnames);
  const columns = (select.targetList ?? []).flatMap((item) => {
    const value = astAs(astAs(item, 'ResTarget')?.val, 'ColumnRef');
    return shownColumns(value, { names, shown });
  });
  const base = { oid, columns };
  const isFixed = columns.every((name) => name === null);
  return isFixed ? { base, refusal: 'Views that have no updatable columns' } : { base };
}

interface BaseNames {
  readonly names: readonly string[];
  /** Names that an alias gives to the first of them. */
  readonly shown: readonly string[];
}

function shownColumns(
  reference: Ast<'ColumnRef'> | undefined,
  { names, shown }: BaseNames,
): readonly (string | null)[] {
  const last = reference?.fields?.at(-1);
  if (last === undefined) return [null];
  if ('A_Star' in last) return names;
  const [name = ''] = stringsOf([last]);
  const at = names.findIndex((own, i) => (shown[i] ?? own) === name);
  return [names[at] ?? null];
}

const kinds: Readonly<Record<string, 'boolean' | 'check'>> = {
  security_barrier: 'boolean',
  security_invoker: 'boolean',
  check_option: 'check',
};

/** `WITH (…)` and WITH CHECK OPTION. Errors: 22023. */
export function viewOptions(body: UtilityBody): readonly string[] {
  const given = optionTexts((body['options'] ?? []) as readonly OptionNode[]);
  const words = String(body['withCheckOption'] ?? 'NO_CHECK_OPTION');
  if (words === 'NO_CHECK_OPTION') return given;
  return [...given, `check_option=${words === 'LOCAL_CHECK_OPTION' ? 'local' : 'cascaded'}`];
}

/** Errors: 22023 for unknown names and values. */
export function optionTexts(nodes: readonly OptionNode[]): readonly string[] {
  return nodes.map(({ DefElem: option }) => {
    const name = option?.defname ?? '';
    const kind = kinds[name];
    if (kind === undefined) {
      throw new SqlError('invalid_parameter_value', `unrecognized parameter "${name}"`);
    }
    const value = optionValue(option?.arg);
    if (kind === 'check' && value !== 'local' && value !== 'cascaded') {
      const message = `invalid value for enum option "${name}": ${value}`;
      const detail = 'Valid values are "local" and "cascaded".';
      throw new SqlError('invalid_parameter_value', message, { detail });
    }
    if (kind === 'boolean' && !/^(t|f|true|false|on|off|yes|no|1|0)$/i.test(value)) {
      const message = `invalid value for boolean option "${name}": ${value}`;
      throw new SqlError('invalid_parameter_value', message);
    }
    return `${name}=${value}`;
  });
}

/** ALTER VIEW … SET and RESET: options of other names stay. */
export function changedOptions(
  { options = [] }: StoredView,
  nodes: readonly OptionNode[],
  isReset: boolean,
): readonly string[] {
  const named = nodes.map(({ DefElem: option }) => option?.defname ?? '');
  const kept = options.filter((text) => !named.includes(text.replace(/=.*$/s, '')));
  return isReset ? kept : [...kept, ...optionTexts(nodes)];
}

function optionValue(arg: unknown): string {
  if (arg === undefined) return 'true';
  const [content] = Object.values(arg as Record<string, Record<string, unknown>>);
  const { sval, ival, boolval, fval, names } = content ?? {};
  if (Array.isArray(names)) return stringsOf(names as Node[]).join('.');
  return String(sval ?? ival ?? fval ?? boolval ?? '0');
}

/** Errors: 0A000 for a check option on what cannot be written. */
export function refuseCheckOption(options: readonly string[], { refusal }: Updatability): void {
  if (refusal === undefined) return;
  if (!options.some((text) => text.startsWith('check_option='))) return;
  const message = 'WITH CHECK OPTION is supported only on automatically updatable views';
  const hint = `${refusal} are not automatically updatable.`;
  throw new SqlError('feature_not_supported', message, { hint });
}
