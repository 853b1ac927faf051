/** SET, SET LOCAL, SET TRANSACTION, RESET, SHOW. */
import { isListedSetting, settingText } from '../../catalog/system/setting-facts.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { applySetting } from '../settings/apply-setting.ts';
import { namedField } from '../statement/fields.ts';
import { findSetting, type Settings } from '../settings/settings.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { encodeTextRows } from '../statement/text-rows.ts';
import { setCharacteristic } from '../settings/transaction-settings.ts';
import { transactionOptions } from './transaction.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const setSetting: Utility = {
  kind: 'VariableSetStmt',
  seesNoData: true,
  run(body, context) {
    const { session, out } = context;
    const name = String(body['name'] ?? '');
    const isLocal = body['is_local'] === true;
    const kind = String(body['kind']);
    if (isLocal && kind !== 'VAR_SET_MULTI') warnOutside(context, 'SET LOCAL');
    switch (kind) {
      case 'VAR_SET_VALUE':
        applySetting(session, name, argumentText(body), isLocal);
        break;
      case 'VAR_SET_DEFAULT':
        applySetting(session, name, undefined, isLocal);
        break;
      case 'VAR_RESET':
        if (name === 'transaction_isolation') warnOutside(context, 'RESET TRANSACTION');
        applySetting(session, name, undefined, false);
        break;
      case 'VAR_RESET_ALL':
        session.settings.resetAll();
        break;
      case 'VAR_SET_MULTI':
        setTransaction(context, name, body);
        break;
      default:
        throw unsupported(`SET ${name}`);
    }
    out.commandComplete(kind.startsWith('VAR_RESET') ? 'RESET' : 'SET');
    return 0;
  },
};

export function warnOutside({ session, out }: StatementContext, command: string): void {
  if (session.transaction.inSomeBlock) return;
  const message = `${command} can only be used in transaction blocks`;
  out.notice(makeNotice('WARNING', '25P01', message));
}

/** `SET TRANSACTION …` is local; `SET SESSION CHARACTERISTICS AS TRANSACTION …` sets defaults. */
function setTransaction(context: StatementContext, name: string, body: UtilityBody): void {
  const { session } = context;
  if (name === 'TRANSACTION SNAPSHOT') return importSnapshot(context, argumentText(body));
  const isOwn = name === 'TRANSACTION';
  if (isOwn) warnOutside(context, 'SET TRANSACTION');
  for (const [option, value] of transactionOptions({ options: body['args'] })) {
    if (isOwn) setCharacteristic(session, option, value);
    else session.settings.set(`default_${option}`, value, false);
  }
}

/** Errors: 25001, 0A000, 22023. */
function importSnapshot(context: StatementContext, id: string): void {
  const { transaction } = context.session;
  warnOutside(context, 'SET TRANSACTION');
  if (transaction.hasSnapshot || transaction.inSavepoint) {
    const message = 'SET TRANSACTION SNAPSHOT must be called before any query';
    throw new SqlError('active_sql_transaction', message);
  }
  if (!transaction.isRepeatable) {
    const levels = 'isolation level SERIALIZABLE or REPEATABLE READ';
    const message = `a snapshot-importing transaction must have ${levels}`;
    throw new SqlError('feature_not_supported', message);
  }
  transaction.forWriting().importSnapshot(id);
  transaction.takeSnapshot();
}

interface ConstantNode {
  readonly sval?: { readonly sval?: string };
  readonly ival?: { readonly ival?: number };
  readonly fval?: { readonly fval?: string };
  readonly boolval?: { readonly boolval?: boolean };
}

/** The values after `=`, joined as PostgreSQL's flatten_set_variable_args does. */
export function argumentText(body: UtilityBody): string {
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
  return quotes ? quoteIdentifier(text) : text;
}

/** In the order and in the words of pg_settings. */
function allSettings(settings: Settings): readonly (readonly string[])[] {
  const listed = settings.all().filter(([{ name }]) => isListedSetting(name));
  return listed
    .map(([{ name, description }, value]) => [name, value, settingText(name) ?? description])
    .toSorted(([a = ''], [b = '']) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}

export const showSetting: Utility = {
  kind: 'VariableShowStmt',
  seesNoData: true,
  fields(body, { session }) {
    const name = String(body['name']);
    if (name === 'all')
      return [namedField('name'), namedField('setting'), namedField('description')];
    session.settings.get(name);
    return [namedField(findSetting(name)?.name ?? name)];
  },
  async run(body, context) {
    const { settings } = context.session;
    const name = String(body['name']);
    const rows = name === 'all' ? allSettings(settings) : [[settings.get(name)]];
    await context.out.rows(encodeTextRows(rows));
    context.out.commandComplete('SHOW');
    return rows.length;
  },
};
