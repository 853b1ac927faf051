/**
 * CREATE TYPE … AS ENUM and ALTER TYPE … ADD VALUE, RENAME VALUE.
 *
 * Codes of labels leave room for new ones in between, so that rows never change:
 *
 *     'sad' 1·2³²    'ok' 2·2³²    'happy' 3·2³²    ADD VALUE 'meh' BEFORE 'ok' ──▶ 1.5·2³²
 */
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { EnumRecord, StoredLabel } from '../../../catalog/type-records.ts';
import { makeNotice } from '../../statement/statement-context.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { Utility } from '../../utility/utility.ts';
import { qualifiedName } from '../relation.ts';
import { putType } from './put-type.ts';
import {
  checkNewType,
  compositesOver,
  enumNamed,
  refuseNamedInViews,
  typeSchema,
} from './user-types.ts';

const labelBytesMax = 63;
const codeStep = 2n ** 32n;

export const createEnum: Utility = {
  kind: 'CreateEnumStmt',
  writes: () => 'CREATE TYPE',
  async run(body, context) {
    const { session, out } = context;
    const { schema: given, name } = qualifiedName(body['typeName']);
    const schema = typeSchema(context, given);
    await checkNewType(session, { schema, name });
    const values = (body['vals'] ?? []) as readonly { readonly String?: { sval?: string } }[];
    const transaction = session.transaction.forWriting();
    const arrayOid = transaction.takeOid();
    const oid = transaction.takeOid();
    const texts = values.map((value) => value.String?.sval ?? '');
    checkDistinct(oid, texts);
    const labels = texts.map((label, index): StoredLabel => {
      const code = BigInt(index + 1) * codeStep;
      checkLabel(label);
      return { oid: transaction.takeOid(), label, sortOrder: index + 1, code: String(code) };
    });
    transaction.putRecord({
      kind: 'type',
      key: String(oid),
      oid,
      arrayOid,
      schema,
      name,
      owner: session.roles.currentUser,
      labels,
    });
    out.commandComplete('CREATE TYPE');
    return 0;
  },
};

/** Errors: 42602. */
function checkLabel(label: string): void {
  if (Buffer.byteLength(label) <= labelBytesMax) return;
  throw new SqlError('invalid_name', `invalid enum label "${label}"`, {
    detail: `Labels must be ${labelBytesMax} bytes or less.`,
  });
}

/** Errors: 23505 of pg_enum's own index. */
function checkDistinct(oid: number, labels: readonly string[]): void {
  const again = labels.find((label, index) => labels.indexOf(label) < index);
  if (again === undefined) return;
  const constraint = 'pg_enum_typid_label_index';
  const message = `duplicate key value violates unique constraint "${constraint}"`;
  throw new SqlError('unique_violation', message, {
    detail: `Key (enumtypid, enumlabel)=(${oid}, ${again}) already exists.`,
    schema: 'pg_catalog',
    table: 'pg_enum',
    constraint,
  });
}

export const alterEnum: Utility = {
  kind: 'AlterEnumStmt',
  writes: () => 'ALTER TYPE',
  async run(body, context) {
    const { session, out } = context;
    const type = await enumNamed(session, qualifiedName(body['typeName']));
    const label = String(body['newVal']);
    checkLabel(label);
    const isThere = type.labels.some((each) => each.label === label);
    if (body['oldVal'] !== undefined) {
      const before = String(body['oldVal']);
      const after = renamed(type, before, label);
      refuseNamedInViews(session, before, 'renaming a label');
      if (compositesOver(session, type.oid).length > 0) {
        throw unsupported('renaming a label of a type that a composite type has');
      }
      await putType(session, [type, after]);
    } else if (isThere && body['skipIfNewValExists'] === true) {
      const message = `enum label "${label}" already exists, skipping`;
      out.notice(makeNotice('NOTICE', '42710', message));
    } else {
      const neighbor = body['newValNeighbor'] as string | undefined;
      const place = { neighbor, isAfter: body['newValIsAfter'] === true };
      await putType(session, [type, withLabel(session, type, { label, ...place })]);
    }
    out.commandComplete('ALTER TYPE');
    return 0;
  },
};

function noLabel(label: string): SqlError {
  const message = `"${label}" is not an existing enum label`;
  return new SqlError('invalid_parameter_value', message);
}

function labelExists(label: string): SqlError {
  return new SqlError('duplicate_object', `enum label "${label}" already exists`);
}

/** Errors: 22023, 42710. */
function renamed(type: EnumRecord, before: string, after: string): EnumRecord {
  if (!type.labels.some(({ label }) => label === before)) throw noLabel(before);
  if (type.labels.some(({ label }) => label === after)) throw labelExists(after);
  const labels = type.labels.map((each) =>
    each.label === before ? { ...each, label: after } : each,
  );
  return { ...type, labels };
}

interface NewLabel {
  readonly label: string;
  /** The label that it stands before or after; undefined: it is the last. */
  readonly neighbor: string | undefined;
  readonly isAfter: boolean;
}

/** Errors: 22023, 42710, 54000 when there is no room for another code. */
function withLabel(
  session: SqlSession,
  type: EnumRecord,
  { label, neighbor, isAfter }: NewLabel,
): EnumRecord {
  if (type.labels.some((each) => each.label === label)) throw labelExists(label);
  const at = neighbor === undefined ? type.labels.length : placeOf(type, neighbor, isAfter);
  const [left, right] = [type.labels[at - 1], type.labels[at]];
  const oid = session.transaction.forWriting().takeOid();
  const code = codeBetween(left, right);
  const sortOrder = sortOrderBetween(left, right);
  const all = type.labels.toSpliced(at, 0, { oid, label, code, sortOrder: sortOrder ?? 0 });
  // PostgreSQL numbers all labels anew where a number has no place.
  const isFull = sortOrder === undefined;
  const labels = isFull ? all.map((each, index) => ({ ...each, sortOrder: index + 1 })) : all;
  return { ...type, labels };
}

function placeOf(type: EnumRecord, neighbor: string, isAfter: boolean): number {
  const index = type.labels.findIndex(({ label }) => label === neighbor);
  if (index < 0) throw noLabel(neighbor);
  return isAfter ? index + 1 : index;
}

function codeBetween(left: StoredLabel | undefined, right: StoredLabel | undefined): string {
  if (right === undefined) return String(BigInt(left?.code ?? 0) + codeStep);
  if (left === undefined) return String(BigInt(right.code) - codeStep);
  const [low, high] = [BigInt(left.code), BigInt(right.code)];
  if (high - low > 1n) return String((low + high) / 2n);
  const message = 'too many labels were added between two labels of an enum';
  throw new SqlError('program_limit_exceeded', message);
}

/** A float4; undefined when none lies between. */
function sortOrderBetween(
  left: StoredLabel | undefined,
  right: StoredLabel | undefined,
): number | undefined {
  if (right === undefined) return Math.fround((left?.sortOrder ?? 0) + 1);
  if (left === undefined) return Math.fround(right.sortOrder - 1);
  const middle = Math.fround((left.sortOrder + right.sortOrder) / 2);
  return middle === left.sortOrder || middle === right.sortOrder ? undefined : middle;
}
