/** pg_partitioned_table, pg_inherits: what is partitioned, and what is a partition of what. */
import { keyColumnsOf } from '../../partitions.ts';
import { int2Vector, oidVector, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import { methodOid, operatorClassOf } from '../operator-classes.ts';
import { typeFactByOid } from '../type-facts.ts';
import type { UserRelation } from '../user-relations.ts';
import type { FactSource } from './fact-table.ts';

const letters = { range: 'r', list: 'l', hash: 'h' } as const;

function partitioned(
  moment: Moment,
  { oid, definition, columns }: UserRelation,
): readonly Fields[] {
  if (definition?.partitionBy === undefined) return [];
  const { strategy } = definition.partitionBy;
  const key = keyColumnsOf(definition).flatMap(({ position }) => columns[position] ?? []);
  const method = methodOid(strategy === 'hash' ? 'hash' : 'btree');
  const other = moment.childrenOf(oid).find((child) => {
    return child.definition?.partitionOf?.bound.kind === 'default';
  });
  return [
    {
      partrelid: oid,
      partstrat: letters[strategy],
      partnatts: key.length,
      partdefid: other?.oid ?? 0,
      partattrs: int2Vector(key.map(({ number }) => number)),
      partclass: oidVector(
        key.map(({ typeOid }) => operatorClassOf(method, typeOid, '')?.oid ?? 0),
      ),
      partcollation: oidVector(key.map(({ typeOid }) => typeFactByOid(typeOid)?.collation ?? 0)),
    },
  ];
}

function inherits(moment: Moment): readonly Fields[] {
  const tables = moment.relations.flatMap(({ oid, definition }): readonly Fields[] => {
    const parent = definition?.partitionOf?.parent;
    return parent === undefined ? [] : [{ inhrelid: oid, inhparent: parent, inhseqno: 1 }];
  });
  const indexes = [...moment.indexes].flatMap(({ oid, parent }): readonly Fields[] => {
    return parent === undefined ? [] : [{ inhrelid: oid, inhparent: parent.oid, inhseqno: 1 }];
  });
  return [...tables, ...indexes];
}

export const partitionSources: readonly FactSource[] = [
  {
    name: 'pg_partitioned_table',
    current: (moment) => moment.relations.flatMap((table) => partitioned(moment, table)),
  },
  { name: 'pg_inherits', current: inherits },
];
