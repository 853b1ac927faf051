/** A body in SQL, statement by statement; its parameters are those of the statements. */
import type { Node } from '@pgsql/types';
import type { Routine } from '../../catalog/routine-records.ts';
import { must } from '../../errors/assert.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { CalledRoutine } from '../../plan/called-routine.ts';
import { ParameterVariables } from '../../plan/binder/routines/parameter-variables.ts';
import { routineBody } from '../../plan/binder/routines/routine-body.ts';
import type { FactRows } from '../../plan/planner.ts';
import { decodeBinary } from '../../types/type-binary.ts';
import type { Datum, RecordValue } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { isRecordName } from '../../types/user-type.ts';
import { Evaluator } from '../plpgsql/evaluator.ts';
import { Portal } from '../portal/portal.ts';
import { StoredRows } from '../portal/stored-rows.ts';
import { Prepared } from '../statement/prepared.ts';
import { KeepingWriter, SilentWriter } from '../statement/result-writers.ts';
import type { SqlSession } from '../sql-session.ts';
import type { ProcedureCall } from './routine-runners.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { StatementExecution } from '../statement/statement-execution.ts';
import { nodeBody, nodeKind } from '../statement/statement-kind.ts';

/** Errors: 0A000. */
function refuse(name: string, node: Node): void {
  const kind = nodeKind(node);
  if (kind === 'CopyStmt') throw unsupported('COPY in a SQL function');
  if (kind !== 'TransactionStmt') return;
  const command = String(nodeBody(node)['kind']).replace('TRANS_STMT_', '').replaceAll('_', ' ');
  const message = `${command} is not allowed in a SQL function`;
  const where = `SQL function "${name}" during startup`;
  throw new SqlError('feature_not_supported', message, { where });
}

interface Result {
  readonly types: readonly SqlType[];
  readonly rows: FactRows;
}

/** CALL. Rows that the statements return go nowhere, but for the OUT parameters'. Errors: XX000. */
export async function runSqlBody(
  context: StatementContext,
  { routine, values, fields }: ProcedureCall,
): Promise<FactRows[number]> {
  if (fields.length === 0) {
    await runStatements(context, routine, { values, types: [], keepsRows: false });
    return [];
  }
  const [row] = await runSqlFunction(
    context,
    { routine, types: [], fields, isScalar: false },
    values,
  );
  if (row === undefined) throw new SqlError('internal_error', 'procedure returned null record');
  return row;
}

/** The rows that the last statement gives, as those that the function declares. */
export async function runSqlFunction(
  context: StatementContext,
  call: CalledRoutine,
  values: readonly (Datum | null)[],
): Promise<FactRows> {
  const { record, result } = call.routine;
  const given = { values, types: call.types, keepsRows: true };
  const { types, rows } = await runStatements(context, call.routine, given);
  if (result.name === 'void') return [[null]];
  const kept = record.returnsSet ? rows : rows.slice(0, 1);
  const evaluator = new Evaluator(context.session);
  try {
    return kept.flatMap((row) => declaredRow(evaluator, call, { types, row }));
  } finally {
    evaluator.free();
  }
}

interface GivenRow {
  readonly types: readonly SqlType[];
  readonly row: FactRows[number];
}

/** Errors: those of casts. */
function declaredRow(
  evaluator: Evaluator,
  call: CalledRoutine,
  { types, row }: GivenRow,
): FactRows {
  const { fields, isScalar } = call;
  const [only] = types;
  const isWhole = !isScalar && only !== undefined && isRecordName(only.name) && row.length === 1;
  const given = isWhole ? (row[0] as RecordValue | null) : undefined;
  if (given === null) return call.routine.record.returnsSet ? [fields.map(() => null)] : [];
  const values = fields.map(({ type }, i) => {
    const own = given?.fields[i];
    const from = given === undefined ? types[i] : own && { name: own.type, typmod: -1 };
    const value = given === undefined ? row[i] : own?.value;
    return from === undefined ? null : evaluator.convert(value ?? null, from, type);
  });
  return [values];
}

interface Given {
  /** Of the input parameters. */
  readonly values: readonly (Datum | null)[];
  /** Of the same, where they are not those that the routine declares. */
  readonly types: readonly SqlType[];
  readonly keepsRows: boolean;
}

interface KeptStatement {
  readonly prepared: Prepared;
  readonly variables: ParameterVariables;
}

/** A body's statements with their plans: calls of it share them. */
class KeptBody {
  readonly routine: Routine;
  readonly #types: readonly SqlType[];
  readonly #statements: KeptStatement[] = [];

  constructor(routine: Routine, types: readonly SqlType[]) {
    this.routine = routine;
    this.#types = types;
  }

  /** One that is no plan reads its parameters while it runs: each call has its own. */
  statement(index: number): KeptStatement {
    const known = this.#statements[index];
    if (known !== undefined) return known;
    const statement = must(routineBody(this.routine.record).statements[index], 'a statement');
    const prepared = new Prepared('', statement.text, statement, [], 'fixed');
    const variables = new ParameterVariables(this.routine, [], this.#types);
    prepared.variables = () => variables;
    const made = { prepared, variables };
    if (prepared.isPlannable) this.#statements[index] = made;
    return made;
  }
}

/** Bodies of one session. */
const keptMax = 100;
const kept = new WeakMap<SqlSession, Map<string, KeptBody>>();

function keptBody(session: SqlSession, routine: Routine, types: readonly SqlType[]): KeptBody {
  const all = kept.get(session) ?? new Map<string, KeptBody>();
  kept.set(session, all);
  const key = `${routine.record.oid} ${types.map(({ name }) => name).join()}`;
  const known = all.get(key);
  if (known?.routine === routine) return known;
  if (all.size >= keptMax) all.clear();
  const made = new KeptBody(routine, types);
  all.set(key, made);
  return made;
}

/** Errors: 0A000 and those of the statements. */
async function runStatements(
  { session, trace, out }: StatementContext,
  routine: Routine,
  { values, types: given, keepsRows }: Given,
): Promise<Result> {
  const { record } = routine;
  const { statements } = routineBody(record);
  for (const { node } of statements) refuse(record.name, node);
  const body = keptBody(session, routine, given);
  let result: Result = { types: [], rows: [] };
  for (const index of statements.keys()) {
    const isLast = keepsRows && index === statements.length - 1;
    await within(`SQL function "${record.name}" statement ${index + 1}`, async () => {
      const { prepared, variables } = body.statement(index);
      variables.give(values);
      if (prepared.isPlannable) prepared.plan(session);
      const parameters = variables.current();
      const portal = new Portal({ name: '', prepared, parameters, formats: isLast ? [1] : [] });
      const stored = new StoredRows(session.environment.queryMemoryBytesMax);
      const writer = isLast ? new KeepingWriter(out, stored) : new SilentWriter(out);
      await new StatementExecution(session, prepared, writer).runInside(portal, trace);
      if (!isLast) return;
      const types = (prepared.fields ?? []).map(({ type }) => type);
      result = { types, rows: valuesOf(stored, types) };
    });
  }
  return result;
}

function valuesOf(stored: StoredRows, types: readonly SqlType[]): FactRows {
  return stored.cells().map((cells) => {
    return cells.map((bytes, i) => {
      const type = types[i];
      return bytes === null || type === undefined ? null : decodeBinary(type, bytes);
    });
  });
}

/** An error's position is one in the body, which the client does not have. */
async function within(place: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (error instanceof SqlError) {
      const { position: _position, ...fields } = error.fields;
      const around = fields.where === undefined ? '' : `${fields.where}\n`;
      error.fields = { ...fields, where: `${around}${place}` };
    }
    throw error;
  }
}
