/** Loops: over nothing, integers, rows, cursors, elements of arrays. */
import { SqlError } from '../../errors/sql-error.ts';
import { arrayOf } from '../../types/array-codec.ts';
import type { PlLoopBody, PlText } from '../../sql/plpgsql/tree.ts';
import type { Datum, RecordValue, SqlArray } from '../../types/datum.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { isRecordName } from '../../types/user-type.ts';
import { assign, assignInto, assignRow } from './assign.ts';
import { atSql } from './contexts.ts';
import { cursorRows } from './cursors.ts';
import { integerOf, valueOf } from './expressions.ts';
import type { RecordCell } from './frame.ts';
import { prepareRows } from './prepare-rows.ts';
import type { Flow, PlRun } from './run.ts';
import { eachRow } from './statement-rows.ts';
import type { StatementOf } from './statements.ts';

/** What a body's flow means for its loop. */
type Step = { readonly goesOn: true } | { readonly goesOn: false; readonly flow: Flow };

function step(flow: Flow, label: string | undefined): Step {
  if (flow === undefined) return { goesOn: true };
  const isMine = flow.kind !== 'return' && (flow.label === undefined || flow.label === label);
  if (!isMine) return { goesOn: false, flow };
  return flow.kind === 'continue' ? { goesOn: true } : { goesOn: false, flow: undefined };
}

export async function runLoop(
  run: PlRun,
  { body, label }: PlLoopBody,
  holds: () => Promise<boolean>,
): Promise<Flow> {
  while (await holds()) {
    const next = step(await run.body(body), label);
    if (!next.goesOn) return next.flow;
    const turn = run.turn();
    if (turn !== undefined) await turn;
  }
  return undefined;
}

/** Errors: 22004, 22023. */
export async function runForInteger(run: PlRun, loop: StatementOf<'forInteger'>): Promise<Flow> {
  const { variable, isReverse, body, label } = loop;
  const from = await bound(run, loop.from, 'lower bound');
  const to = await bound(run, loop.to, 'upper bound');
  const by = loop.by === undefined ? 1 : await bound(run, loop.by, 'BY value');
  if (by <= 0) {
    const message = 'BY value of FOR loop must be greater than zero';
    throw new SqlError('invalid_parameter_value', message);
  }
  run.frame.clear(variable);
  const cell = run.frame.scalar(variable);
  let wasEntered = false;
  let flow: Flow;
  for (let value = from; isReverse ? value >= to : value <= to; value += isReverse ? -by : by) {
    if (value > int4Max || value < -int4Max - 1) break;
    wasEntered = true;
    cell.value = value;
    const next = step(await run.body(body), label);
    if (!next.goesOn) {
      flow = next.flow;
      break;
    }
    const turn = run.turn();
    if (turn !== undefined) await turn;
  }
  run.setFound(wasEntered);
  return flow;
}

const int4Max = 2 ** 31 - 1;

async function bound(run: PlRun, text: PlText, what: string): Promise<number> {
  const value = await integerOf(run, text);
  if (value !== null) return value;
  throw new SqlError('null_value_not_allowed', `${what} of FOR loop cannot be null`);
}

export async function runForRows(run: PlRun, loop: StatementOf<'forRows'>): Promise<Flow> {
  const { targets, body, label } = loop;
  const { statement, place } = await prepareRows(run, loop.rows);
  let fields: Parameters<typeof assignInto>[2] = [];
  const rows = eachRow(run, statement, (described) => (fields = described));
  let wasEntered = false;
  try {
    for (;;) {
      const { done, value: row } = await rows.next().catch((error: unknown) => {
        throw atSql(error, place);
      });
      if (done === true) break;
      wasEntered = true;
      await assignInto(run, targets, fields, row);
      const next = step(await run.body(body), label);
      if (next.goesOn) continue;
      run.setFound(true);
      return next.flow;
    }
  } finally {
    await rows.return(undefined);
  }
  if (!wasEntered) await assignInto(run, targets, fields, undefined);
  run.setFound(wasEntered);
  return undefined;
}

export async function runForCursor(run: PlRun, loop: StatementOf<'forCursor'>): Promise<Flow> {
  const { target, body, label } = loop;
  run.frame.clear(target);
  const cell = run.frame.cell(target) as RecordCell;
  let wasEntered = false;
  const { fields, rows, close } = await cursorRows(run, loop);
  try {
    for await (const values of rows) {
      wasEntered = true;
      assignRow(run, cell, { fields, values });
      const next = step(await run.body(body), label);
      if (next.goesOn) continue;
      run.setFound(true);
      return next.flow;
    }
  } finally {
    await close();
  }
  run.setFound(wasEntered);
  return undefined;
}

/** Errors: 22004, 42804, 2202E. */
export async function runForeach(run: PlRun, loop: StatementOf<'foreach'>): Promise<Flow> {
  const { targets, body, label, slice } = loop;
  const { type, value } = await valueOf(run, loop.array);
  if (value === null) {
    throw new SqlError('null_value_not_allowed', 'FOREACH expression must not be null');
  }
  const { element, sqlName } = typeRecord(type.name);
  if (element === undefined) {
    const message = `FOREACH expression must yield an array, not type ${sqlName}`;
    throw new SqlError('datatype_mismatch', message);
  }
  const array = value as SqlArray;
  checkSlice(run, loop, array);
  const elementType = slice === 0 ? sqlType(element) : type;
  let wasEntered = false;
  for (const item of slices(array, slice)) {
    wasEntered = true;
    await assignItem(run, targets, { type: elementType, value: item });
    const next = step(await run.body(body), label);
    if (next.goesOn) continue;
    run.setFound(true);
    return next.flow;
  }
  run.setFound(wasEntered);
  return undefined;
}

async function assignItem(
  run: PlRun,
  targets: StatementOf<'foreach'>['targets'],
  given: { readonly type: SqlType; readonly value: Datum | null },
): Promise<void> {
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) return assign(run, only, given);
  if (!isRecordName(given.type.name)) {
    const message = 'cannot assign non-composite value to a row variable';
    throw new SqlError('datatype_mismatch', message);
  }
  const row = given.value as RecordValue | null;
  for (const [i, target] of targets.entries()) {
    const field = row?.fields[i];
    const type = sqlType(field?.type ?? 'text');
    await assign(run, target, { type, value: field?.value ?? null });
  }
}

function checkSlice(run: PlRun, { slice, targets }: StatementOf<'foreach'>, array: SqlArray): void {
  const dimensions = array.dimensions.length;
  if (slice > dimensions && dimensions > 0) {
    const message = `slice dimension (${slice}) is out of the valid range 0..${dimensions}`;
    throw new SqlError('array_subscript_error', message);
  }
  const [target] = targets;
  const cell = target === undefined ? undefined : run.frame.cell(target.variable);
  if (cell === undefined || (target?.path.length ?? 0) > 0) return;
  const isArray = typeRecord(cell.type.name).element !== undefined;
  if (slice > 0 && !isArray) {
    const message = 'FOREACH ... SLICE loop variable must be of an array type';
    throw new SqlError('datatype_mismatch', message);
  }
  if (slice === 0 && isArray) {
    const message = 'FOREACH loop variable must not be of an array type';
    throw new SqlError('datatype_mismatch', message);
  }
}

/** Elements, or arrays of the last dimensions. */
function* slices(
  { element, dimensions, values }: SqlArray,
  slice: number,
): Generator<Datum | null> {
  if (slice === 0) return yield* values;
  const last = dimensions.slice(dimensions.length - slice);
  const count = last.reduce((product, { length }) => product * length, 1);
  for (let at = 0; count > 0 && at < values.length; at += count) {
    const part = values.slice(at, at + count);
    if (last.length === 1) yield arrayOf(element, part);
    else {
      const inner = last.map(({ length }) => ({ length, lowerBound: 1 }));
      yield { element, dimensions: inner, values: part };
    }
  }
}
