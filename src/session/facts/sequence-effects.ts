/** Sequences as a session's functions use them: nextval, currval, lastval, setval. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Sequence } from '../../catalog/table.ts';
import type { SequenceEffects } from '../../functions/function-record.ts';
import type { AccessRights } from '../../catalog/access-rights.ts';
import { denied } from '../roles/session-roles.ts';
import { refuseWrite } from '../transaction/read-only.ts';
import type { SqlSession } from '../sql-session.ts';

/** What a session got last; entries of dropped sequences stay until it ends. */
interface Values {
  readonly byOid: Map<number, bigint>;
  last: number | undefined;
}

const values = new WeakMap<SqlSession, Values>();

/** DISCARD SEQUENCES and ALL. */
export function forgetSequences(session: SqlSession): void {
  values.delete(session);
}

function valuesOf(session: SqlSession): Values {
  const known = values.get(session) ?? { byOid: new Map<number, bigint>(), last: undefined };
  values.set(session, known);
  return known;
}

export function sequenceEffects(session: SqlSession): SequenceEffects {
  return {
    next(oid) {
      const sequence = sequenceOf(session, oid);
      requireSome(session, sequence, nextLetters);
      if (!sequence.definition.temporary) refuseWrite(session, 'nextval()');
      const value = sequence.next();
      const known = valuesOf(session);
      known.byOid.set(oid, value);
      known.last = oid;
      return value;
    },
    current(oid) {
      const known = valuesOf(session);
      const wanted = oid ?? known.last;
      const refuse = (message: string): SqlError =>
        new SqlError('object_not_in_prerequisite_state', message);
      const isGone = oid === undefined && !hasSequence(session, known.last);
      if (wanted === undefined || isGone) {
        throw refuse('lastval is not yet defined in this session');
      }
      const sequence = sequenceOf(session, wanted);
      const { name } = sequence.definition;
      requireSome(session, sequence, 'rU');
      const value = known.byOid.get(wanted);
      if (value !== undefined) return value;
      throw refuse(`currval of sequence "${name}" is not yet defined in this session`);
    },
    set(oid, last, isCalled) {
      const sequence = sequenceOf(session, oid);
      requireSome(session, sequence, 'w');
      if (!sequence.definition.temporary) refuseWrite(session, 'setval()');
      sequence.set({ last, isCalled });
      if (isCalled) valuesOf(session).byOid.set(oid, last);
    },
  };
}

/** What was asked before of the same rights: a statement asks for each of its rows. */
const answers = new WeakMap<AccessRights, Map<string, boolean>>();

/** Errors: 42501 without any of the privileges. */
function requireSome(session: SqlSession, sequence: Sequence, letters: string): void {
  const { roles } = session;
  if (roles.isSuperuser) return;
  const { definition } = sequence;
  const { rights, currentOid } = roles;
  const known = answers.get(rights) ?? new Map<string, boolean>();
  answers.set(rights, known);
  const key = `${currentOid} ${definition.oid} ${letters}`;
  const may = known.get(key) ?? maySome(session, definition, letters);
  known.set(key, may);
  if (!may) throw denied(`sequence ${definition.name}`);
}

function maySome(
  session: SqlSession,
  definition: Sequence['definition'],
  letters: string,
): boolean {
  const { roles } = session;
  const object = roles.table({ ...definition, noun: 'sequence' });
  if ([...letters].some((letter) => roles.may(object, letter))) return true;
  return letters === nextLetters && isOfIdentity(session, definition.oid);
}

const nextLetters = 'Uw';

/** Who may write to a table may have its identity column number the rows. */
function isOfIdentity({ environment, transaction }: SqlSession, oid: number): boolean {
  const tables = environment.store.tables(transaction.storeTransaction);
  return tables.some(({ definition: { columns } }) =>
    columns.some(({ identity, owns }) => identity !== undefined && owns?.includes(oid) === true),
  );
}

function hasSequence(session: SqlSession, oid: number | undefined): boolean {
  return oid !== undefined && session.transaction.forWriting().sequence(oid) !== undefined;
}

/** Errors: 42P01, 42809. The transaction waits at its end until the log knows the value. */
function sequenceOf(session: SqlSession, oid: number): Sequence {
  const sequence = session.transaction.forWriting().sequence(oid);
  if (sequence !== undefined) return sequence;
  const name = session.catalog().system.find('class_name', String(oid));
  if (name === undefined) {
    throw new SqlError('undefined_table', `could not open relation with OID ${oid}`);
  }
  throw new SqlError('wrong_object_type', `"${name}" is not a sequence`);
}
