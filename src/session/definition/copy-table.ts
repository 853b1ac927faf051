/** CREATE TABLE (LIKE …): columns of another table, and what INCLUDING names. */
import type { ColumnDefinition, TableDefinition } from '../../catalog/table.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { addIdentity } from './column-definition.ts';
import { addGenerated } from './generated-column.ts';
import { chooseName, relationNames } from './relation-names.ts';
import { findStored, type RangeVar } from './relation.ts';
import type { DraftColumn, TableDraft } from './table-draft.ts';

export interface LikeNode {
  readonly relation?: RangeVar;
  readonly options?: number;
}

/** Bits of TableLikeOption in parsenodes.h. */
const including = {
  comments: 1,
  constraints: 4,
  defaults: 8,
  generated: 16,
  identity: 32,
  indexes: 64,
} as const;

/** Adds the columns; what it returns adds keys and checks, which come last. Errors: 42P01. */
export function copyTable(draft: TableDraft, { relation, options = 0 }: LikeNode): () => void {
  const { context } = draft;
  const name = { schema: relation?.schemaname, name: relation?.relname ?? '' };
  const { definition } = findStored(context, name, relation?.location);
  const wants = (bit: number): boolean => (options & bit) !== 0;
  const columns = definition.columns.map((column) => copyColumn(draft, column, wants));
  return () => copyRules(draft, definition, { columns, wants });
}

type Wants = (bit: number) => boolean;

function copyColumn(draft: TableDraft, column: ColumnDefinition, wants: Wants): DraftColumn {
  const { name, type, notNull, comment, defaultSql, identity, generated } = column;
  const isPlain = identity === undefined && generated === undefined;
  const isDefault = defaultSql !== undefined && isPlain && wants(including.defaults);
  const copy = draft.addColumn({
    name,
    type,
    notNull,
    ...(isDefault ? { defaultSql } : {}),
    ...(comment !== undefined && wants(including.comments) ? { comment } : {}),
  });
  if (generated !== undefined && defaultSql !== undefined && wants(including.generated)) {
    addGenerated(draft, copy, { raw_expr: expressionOf(defaultSql) });
  }
  if (identity !== undefined && wants(including.identity)) {
    addIdentity(draft, copy, { generated_when: identity === 'always' ? 'a' : 'd' });
  }
  return copy;
}

interface Copied {
  readonly columns: readonly DraftColumn[];
  readonly wants: Wants;
}

function copyRules(draft: TableDraft, source: TableDefinition, { columns, wants }: Copied): void {
  const at = (positions: readonly number[]): DraftColumn[] =>
    positions.flatMap((position) => columns[position] ?? []);
  for (const constraint of source.constraints) {
    const { kind, name, checkSql, columns: positions } = constraint;
    if (kind === 'check') {
      if (wants(including.constraints) && checkSql !== undefined) {
        draft.addCheck(name, expressionOf(checkSql));
      }
    } else if (kind !== 'foreignKey' && wants(including.indexes)) {
      draft.addKey(kind, undefined, at(positions), constraint);
    }
  }
  if (!wants(including.indexes)) return;
  const { schema, name: table } = draft.target;
  const taken = relationNames(draft.context.session, schema).add(table);
  for (const { columns: positions, uses = [], ...index } of source.indexes ?? []) {
    const own = positions.map((position) => columns[position]);
    const rest = (index.expressions ?? []).values();
    const parts = own.map((column) => column?.definition.name ?? rest.next().value?.name ?? 'expr');
    const names = [...parts, ...(index.include ?? [])].join('_');
    const name = chooseName([table, names], 'idx', (each) => taken.has(each));
    taken.add(name);
    draft.indexes.push({ definition: { ...index, name }, columns: own, uses: at(uses) });
  }
}
