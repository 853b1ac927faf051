/** ADD CONSTRAINT … USING INDEX: a unique index becomes a key. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { isKey } from '../../catalog/table.ts';
import { makeNotice } from '../statement/statement-context.ts';
import { relationExists } from './relation.ts';
import type { DraftColumn, DraftIndex, TableDraft } from './table-draft.ts';

interface KeyOfIndex {
  readonly kind: 'primaryKey' | 'unique';
  /** Of the constraint; undefined: the index's. */
  readonly name: string | undefined;
  readonly index: string;
  readonly place: { readonly position?: number };
}

/** Errors: 42704, 55000, 42809 for an index that rules no key of columns, 42P07, 0A000. */
export function addKeyOfIndex(draft: TableDraft, key: KeyOfIndex): void {
  const { kind, name, index, place } = key;
  if (draft.partitionBy !== undefined) {
    const command = 'ALTER TABLE / ADD CONSTRAINT USING INDEX';
    const message = `${command} is not supported on partitioned tables`;
    throw new SqlError('feature_not_supported', message);
  }
  const found = draft.indexes.find(({ definition }) => definition.name === index);
  if (found === undefined) throw notOfTable(draft, key);
  refuseUnfit(found, place);
  const own = name ?? index;
  if (own !== index) rename(draft, index, own);
  const columns = found.columns.filter((each): each is DraftColumn => each !== undefined);
  if (kind === 'primaryKey') {
    for (const column of columns) column.definition = { ...column.definition, notNull: true };
  }
  const { nullsEqual, include, comment } = found.definition;
  if (kind === 'primaryKey' && nullsEqual === true) {
    throw unsupported('a primary key over an index of NULLS NOT DISTINCT');
  }
  draft.indexes = draft.indexes.filter((each) => each !== found);
  const definition = {
    ...{ name: own, kind },
    ...(nullsEqual === true ? { nullsEqual } : {}),
    ...(include === undefined ? {} : { include }),
    ...(comment === undefined ? {} : { indexComment: comment }),
  };
  draft.constraints.push({ definition, columns, isNew: true });
}

function notOfTable({ constraints, target, context }: TableDraft, key: KeyOfIndex): SqlError {
  const { index, place } = key;
  const isIt = ({ definition }: TableDraft['constraints'][number]): boolean =>
    isKey(definition) && definition.name === index;
  const isThere = relationExists(context.session, target.schema, index);
  if (!isThere) return new SqlError('undefined_object', `index "${index}" does not exist`, place);
  const fault = constraints.some(isIt)
    ? 'is already associated with a constraint'
    : `does not belong to table "${target.name}"`;
  return new SqlError('object_not_in_prerequisite_state', `index "${index}" ${fault}`, place);
}

/** Errors: 42809. */
function refuseUnfit({ definition, columns }: DraftIndex, place: KeyOfIndex['place']): void {
  const { name, isUnique, where, options = [], classes = [] } = definition;
  const odd = columns.findIndex((_, at) => {
    return (options[at] ?? 0) !== 0 || (classes[at] ?? '') !== '';
  });
  const faults = [
    isUnique ? undefined : `"${name}" is not a unique index`,
    columns.includes(undefined) ? `index "${name}" contains expressions` : undefined,
    where === undefined ? undefined : `"${name}" is a partial index`,
    odd < 0
      ? undefined
      : `index "${name}" column number ${odd + 1} does not have default sorting behavior`,
  ];
  const message = faults.find((each) => each !== undefined);
  if (message === undefined) return;
  const detail = 'Cannot create a primary key or unique constraint using such an index.';
  throw new SqlError('wrong_object_type', message, { detail, ...place });
}

function rename({ context, target }: TableDraft, index: string, name: string): void {
  const words = `ADD CONSTRAINT USING INDEX will rename index "${index}" to "${name}"`;
  context.out.notice(makeNotice('NOTICE', '00000', `ALTER TABLE / ${words}`));
  if (!relationExists(context.session, target.schema, name)) return;
  throw new SqlError('duplicate_table', `relation "${name}" already exists`);
}
