/** Assignment: to variables, fields of records, elements of arrays; rows to INTO's targets. */
import { SqlError } from '../../errors/sql-error.ts';
import { prepare } from '../../expr/compile.ts';
import { bindPartChange } from '../../plan/binder/bind-statement.ts';
import type { PlTarget, PlTargetStep, PlVariable } from '../../sql/plpgsql/tree.ts';
import type { Datum, RecordValue } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import { isCompositeName, isRecordName } from '../../types/user-type.ts';
import { valueOf } from './expressions.ts';
import { fieldIndex, type RecordCell, type TypedRow, type TypedValue } from './frame.ts';
import type { PlRun } from './run.ts';

/** Errors: those of the cast; 22004, 42804, 42703, 55000. */
export async function assign(run: PlRun, target: PlTarget, given: TypedValue): Promise<void> {
  const { variable, path } = target;
  const [first, ...rest] = path;
  if (first === undefined) return assignWhole(run, variable, given);
  const cell = run.frame.cell(variable);
  if (cell.kind === 'scalar') {
    cell.value = await withPart(
      run,
      { type: cell.type, value: cell.value },
      { path, given, target },
    );
    return;
  }
  if (first.kind !== 'field') throw notSubscriptable();
  const index = fieldIndex(variable, cell, first.name);
  const type = cell.fields?.[index]?.type as SqlType;
  const before = { type, value: cell.values?.[index] ?? null };
  const value =
    rest.length === 0
      ? run.evaluator.convert(given.value, given.type, type)
      : await withPart(run, before, { path: rest, given, target });
  const values = cell.fields?.map((_field, i) => cell.values?.[i] ?? null) ?? [];
  cell.values = values.with(index, value);
}

function notSubscriptable(): SqlError {
  const message = 'cannot subscript type record because it does not support subscripting';
  return new SqlError('datatype_mismatch', message);
}

export function assignWhole(run: PlRun, variable: PlVariable, given: TypedValue): void {
  const cell = run.frame.cell(variable);
  if (cell.kind === 'record') return assignRecord(run, cell, given);
  if (cell.isOpen) {
    cell.type = given.type;
    cell.value = given.value;
    return;
  }
  const value = run.evaluator.convert(given.value, given.type, cell.type);
  if (value === null && variable.isNotNull) throw notNull(variable);
  cell.value = value;
}

function notNull({ name }: PlVariable): SqlError {
  const message = `null value cannot be assigned to variable "${name}" declared NOT NULL`;
  return new SqlError('null_value_not_allowed', message);
}

function assignRecord(run: PlRun, cell: RecordCell, { type, value }: TypedValue): void {
  if (value === null) {
    cell.values = undefined;
    if (cell.fixed === undefined) cell.fields = undefined;
    return;
  }
  if (!isRecordName(type.name)) {
    if (!isCompositeName(cell.type.name)) throw noRecord(cell);
    const row = run.evaluator.convert(value, type, cell.type);
    return assignRecord(run, cell, { type: cell.type, value: row });
  }
  const { fields } = value as RecordValue;
  assignRow(run, cell, {
    fields: fields.map(({ name, type: own }, i) => {
      const type = own === 'unknown' ? 'text' : own;
      return { name: name ?? `f${i + 1}`, type: { name: type, typmod: -1 } };
    }),
    values: fields.map((field) => field.value),
  });
}

function noRecord({ fixed }: RecordCell): SqlError {
  if (fixed === undefined) {
    const message = 'input of anonymous composite types is not implemented';
    return new SqlError('feature_not_supported', message);
  }
  const message = 'cannot assign non-composite value to a record variable';
  return new SqlError('datatype_mismatch', message);
}

/** A row type takes columns by their place; the others are NULL. */
export function assignRow(run: PlRun, cell: RecordCell, { fields, values }: TypedRow): void {
  if (cell.fixed === undefined) {
    if (!sameFields(cell.fields, fields)) cell.fields = fields;
    cell.values = values;
    return;
  }
  cell.values = cell.fixed.map(({ type }, i) => {
    const from = fields[i]?.type;
    return run.evaluator.convert(values[i] ?? null, from ?? type, type);
  });
}

/** The same structure stays the same object: plans that name its fields hold. */
function sameFields(a: TypedRow['fields'] | undefined, b: TypedRow['fields']): boolean {
  return (
    a?.length === b.length &&
    a.every(({ name, type }, i) => {
      const other = b[i];
      return name === other?.name && type.name === other.type.name;
    })
  );
}

/** A row to INTO's targets; undefined: there was none. */
export async function assignInto(
  run: PlRun,
  targets: readonly PlTarget[],
  fields: TypedRow['fields'],
  values: readonly (Datum | null)[] | undefined,
): Promise<void> {
  const [only] = targets;
  if (targets.length === 1 && only !== undefined && only.path.length === 0) {
    const cell = run.frame.cell(only.variable);
    if (cell.kind === 'record') {
      assignRow(run, cell, { fields, values: values ?? fields.map(() => null) });
      return;
    }
  }
  for (const [i, target] of targets.entries()) {
    const type = fields[i]?.type;
    const value = values?.[i] ?? null;
    await assign(run, target, { type: type ?? sqlType('text'), value });
  }
}

/** The type of what is assigned to; undefined: values of any type are taken as they are. */
export function assignedType({ frame }: PlRun, { variable, path }: PlTarget): SqlType | undefined {
  const cell = frame.cell(variable);
  const [first, ...rest] = path;
  if (cell.kind === 'scalar') return cell.isOpen ? undefined : plainType(cell.type, path);
  if (first?.kind !== 'field') return undefined;
  const field = cell.fields?.find(({ name }) => name === first.name);
  return field === undefined ? undefined : plainType(field.type, rest);
}

/** Rows are taken as they are, and their fields assigned. */
function plainType(whole: SqlType, path: readonly PlTargetStep[]): SqlType | undefined {
  const type = partType(whole, path);
  return type === undefined || isCompositeName(type.name) ? undefined : type;
}

function partType(type: SqlType, path: readonly PlTargetStep[]): SqlType | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return type;
  if (type.name === 'jsonb') return type;
  const { element } = typeRecord(type.name);
  if (element === undefined || first.kind === 'field') return undefined;
  if (first.kind === 'slice' || path.some(({ kind }) => kind === 'slice')) return type;
  const isElement = rest.every(({ kind }) => kind === 'element');
  return isElement ? sqlType(element, type.typmod) : undefined;
}

type Steps = Parameters<typeof bindPartChange>[1]['steps'];

interface PartChange {
  readonly path: readonly PlTargetStep[];
  readonly given: TypedValue;
  readonly target: PlTarget;
}

/** The value with another part. */
async function withPart(
  run: PlRun,
  before: TypedValue,
  { path, given, target }: PartChange,
): Promise<Datum | null> {
  const part = partType(before.type, path);
  const isRow = part !== undefined && isCompositeName(part.name) && given.type.name !== part.name;
  const value = isRow ? run.evaluator.convert(given.value, given.type, part) : given.value;
  const parameters: (Datum | null)[] = [before.value, value];
  const types: SqlType[] = [before.type, isRow ? part : given.type];
  const add = async (text: Parameters<typeof valueOf>[1]): Promise<number> => {
    const { type, value } = await valueOf(run, text);
    types.push(type);
    return parameters.push(value);
  };
  const steps: Steps[number][] = [];
  for (const step of path) {
    if (step.kind === 'field') steps.push({ field: step.name });
    else if (step.kind === 'element') steps.push({ to: await add(step.index) });
    else steps.push({ from: await add(step.from), to: await add(step.to) });
  }
  const { session, evaluator } = run;
  const prepared = run.compiled.change(target, types, () => {
    const options = session.plannerOptions({ positionOf: () => 0 }, types);
    return prepare([bindPartChange(options, { name: target.variable.name, steps })]);
  });
  return evaluator.values(prepared, parameters)[0] ?? null;
}
