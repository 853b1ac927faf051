/** SET, SET LOCAL, SET TRANSACTION, RESET, SHOW. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { namedField } from '../fields.ts';
import { findSetting } from '../settings.ts';
import { makeNotice, type StatementContext } from '../statement-context.ts';
import { encodeTextRows } from '../text-rows.ts';
import { transactionOptions } from './transaction.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const setSetting: Utility = {
  kind: 'VariableSetStmt',
  run(body, context) {
    const { settings } = context.session;
    const name = String(body['name'] ?? '');
    const isLocal = body['is_local'] === true;
    switch (String(body['kind'])) {
      case 'VAR_SET_VALUE':
        setValue(context, name, argumentText(body), isLocal);
        break;
      case 'VAR_SET_DEFAULT':
      case 'VAR_RESET':
        settings.reset(settingName(name));
        break;
      case 'VAR_RESET_ALL':
        settings.resetAll();
        break;
      case 'VAR_SET_MULTI':
        setTransaction(context, name, body);
        break;
      default:
        throw unsupported(`SET ${name}`);
    }
    context.out.commandComplete(String(body['kind']).startsWith('VAR_RESET') ? 'RESET' : 'SET');
    return 0;
  },
};

function settingName(name: string): string {
  return name === 'timezone' ? 'TimeZone' : name;
}

function setValue(context: StatementContext, name: string, value: string, isLocal: boolean): void {
  const { session, out } = context;
  if (isLocal && !session.transaction.inBlock) {
    const message = 'SET LOCAL can only be used in transaction blocks';
    out.notice(makeNotice('WARNING', '25P01', message));
  }
  if (name === 'transaction_isolation' && value.toLowerCase() === 'serializable') {
    throw unsupported('isolation level SERIALIZABLE');
  }
  if ((name === 'role' || name === 'session_authorization') && value !== 'none') {
    if (value === session.start.user) return;
    throw new SqlError('undefined_object', `role "${value}" does not exist`);
  }
  session.settings.set(settingName(name), value, isLocal);
}

/** `SET TRANSACTION …` is local; `SET SESSION CHARACTERISTICS AS TRANSACTION …` sets defaults. */
function setTransaction(context: StatementContext, name: string, body: UtilityBody): void {
  const options = transactionOptions({ options: body['args'] });
  for (const [option, value] of Object.entries(options)) {
    if (value === 'serializable') throw unsupported('isolation level SERIALIZABLE');
    const target = name === 'TRANSACTION' ? option : `default_${option}`;
    context.session.settings.set(target, value, name === 'TRANSACTION');
  }
}

interface ConstantNode {
  readonly sval?: { readonly sval?: string };
  readonly ival?: { readonly ival?: number };
  readonly fval?: { readonly fval?: string };
  readonly boolval?: { readonly boolval?: boolean };
}

/** The values after `=`, joined as PostgreSQL's flatten_set_variable_args does. */
function argumentText(body: UtilityBody): string {
  const args = (body['args'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const quotes = body['name'] === 'search_path' && args.length > 0;
  return args.map((arg) => oneArgument(arg, quotes)).join(', ');
}

function oneArgument(arg: Readonly<Record<string, unknown>>, quotes: boolean): string {
  const cast = arg['TypeCast'] as { readonly arg?: Readonly<Record<string, unknown>> } | undefined;
  if (cast?.arg !== undefined) return intervalZone(oneArgument(cast.arg, false));
  const constant = arg['A_Const'] as ConstantNode | undefined;
  if (constant === undefined) throw unsupported('SET of an expression');
  if (constant.sval !== undefined) return quoteName(constant.sval.sval ?? '', quotes);
  if (constant.fval?.fval !== undefined) return constant.fval.fval;
  if (constant.boolval !== undefined) return constant.boolval.boolval === true ? 'true' : 'false';
  return String(constant.ival?.ival ?? 0);
}

/** `SET TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE` names an offset. */
function intervalZone(text: string): string {
  const match = /^([+-]?)(\d{1,2}):(\d{2})/.exec(text);
  if (match === null) return text;
  const hours = Number(match[2]) + Number(match[3]) / 60;
  return String(match[1] === '-' ? -hours : hours);
}

function quoteName(text: string, quotes: boolean): string {
  if (!quotes || /^[a-z_][a-z0-9_]*$/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}

export const showSetting: Utility = {
  kind: 'VariableShowStmt',
  fields(body) {
    const name = String(body['name']);
    if (name !== 'all') return [namedField(findSetting(name)?.name ?? name)];
    return [namedField('name'), namedField('setting'), namedField('description')];
  },
  async run(body, context) {
    const { settings } = context.session;
    const name = String(body['name']);
    const rows =
      name === 'all'
        ? settings.all().map(([definition, value]) => [definition.name, value, definition.description])
        : [[settings.get(settingName(name))]];
    await context.out.rows(encodeTextRows(rows));
    context.out.commandComplete('SHOW');
    return rows.length;
  },
};
