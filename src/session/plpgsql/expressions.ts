/** Values of expressions: on the session's own thread where that is enough, else by a query. */
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { PlText } from '../../sql/plpgsql/tree.ts';
import type { Datum } from '../../types/datum.ts';
import { formatText } from '../../types/type-text.ts';
import { sqlType } from '../../types/type-table.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import { isSimpleCall } from './evaluator.ts';
import { takesAdvisoryLocks } from '../statement/advisory-waits.ts';
import type { KeptText } from './compiled.ts';
import { atSql, type SqlPlace } from './contexts.ts';
import type { TypedValue } from './frame.ts';
import type { PlRun } from './run.ts';
import { readRows } from './statement-rows.ts';

const prefix = 'SELECT ';
const bool = sqlType('bool');
const int4 = sqlType('int4');

/** How errors tell of the expression; undefined: as one. */
type Place = SqlPlace | undefined;

/** Errors: those of the expression; 21000, 42601. */
export async function valueOf(run: PlRun, expr: PlText, place?: Place): Promise<TypedValue> {
  const values = await valuesOf(run, expr, place);
  const [value] = values;
  if (values.length === 1 && value !== undefined) return value;
  const noun = values.length === 1 ? 'column' : 'columns';
  throw new SqlError('syntax_error', `query returned ${values.length} ${noun}`, {
    where: `query: ${expr.text}`,
  });
}

/** All columns of the expression's one row. */
export async function valuesOf(
  run: PlRun,
  expr: PlText,
  place: Place = { what: 'SQL expression', sql: expr.text, shift: -prefix.length },
): Promise<readonly TypedValue[]> {
  const { session, frame, evaluator } = run;
  const kept = keptExpression(run, expr, place);
  const plain = planPlain(run, kept, place);
  if (plain !== undefined) {
    const { used } = kept;
    const values = evaluator.values(plain, used?.values(frame) ?? []);
    return typed(kept, values);
  }
  const isExpression = isSimpleCall(kept.prepared.plan(session));
  try {
    const rows = await readRows(run, kept, { rowsMax: 2, isExpression });
    if (rows.length > 1) throw moreThanOne(expr);
    return typed(kept, rows[0] ?? []);
  } catch (error) {
    throw isExpression ? error : atSql(error, place);
  } finally {
    session.interrupts.current = undefined;
  }
}

function moreThanOne({ text: query }: PlText): SqlError {
  return new SqlError('cardinality_violation', 'query returned more than one row', {
    where: `query: ${query}`,
  });
}

function keptExpression(run: PlRun, expr: PlText, place: SqlPlace): KeptText {
  try {
    const kept = run.compiled.text(expr, prefix);
    kept.enter(run.frame);
    return kept;
  } catch (error) {
    throw atSql(error, place);
  }
}

function planPlain(run: PlRun, kept: KeptText, place: SqlPlace): ReturnType<KeptText['plain']> {
  try {
    const plain = kept.plain(run.session);
    const node = kept.prepared.statement?.node;
    return node !== undefined && takesAdvisoryLocks(node) ? undefined : plain;
  } catch (error) {
    throw atSql(error, place);
  }
}

function typed({ prepared }: KeptText, values: readonly (Datum | null)[]): readonly TypedValue[] {
  const fields = must(prepared.fields, 'the columns of an expression');
  return fields.map(({ type }, i) => ({ type, value: values[i] ?? null }));
}

export async function booleanOf(run: PlRun, expr: PlText): Promise<boolean> {
  const { type, value } = await valueOf(run, expr);
  return run.evaluator.convert(value, type, bool) === true;
}

export async function integerOf(run: PlRun, expr: PlText): Promise<number | null> {
  const { type, value } = await valueOf(run, expr);
  return run.evaluator.convert(value, type, int4) as number | null;
}

export async function textOf(run: PlRun, expr: PlText): Promise<string | null> {
  const { type, value } = await valueOf(run, expr);
  return textOfValue(run, { type, value });
}

/** As it is sent to clients. */
function textOfValue({ session }: PlRun, { type, value }: TypedValue): string | null {
  return value === null ? null : formatText(type, value, sessionFormats(session));
}
