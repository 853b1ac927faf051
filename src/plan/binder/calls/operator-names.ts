/** Calls of the functions behind operators by their own names: `jsonb_exists_any(j, keys)`. */
import { operatorFacts } from '../../../catalog/system/facts/operators.ts';
import { procFacts } from '../../../catalog/system/facts/procs.ts';
import { supportProcFacts } from '../../../catalog/system/facts/support-procs.ts';
import { once, recordsOf } from '../../../catalog/system/static-records.ts';
import { operatorOverloads, type FoundFunction } from '../../../functions/registry.ts';
import type { TypeName } from '../../../types/sql-type.ts';
import { findTypeByOid } from '../../../types/type-table.ts';

interface NamedOperator {
  readonly symbol: string;
  readonly args: readonly (TypeName | undefined)[];
}

const operatorsByName = once((): ReadonlyMap<string, readonly NamedOperator[]> => {
  const names = new Map<string, string>();
  for (const [name = '', oid = ''] of [procFacts, supportProcFacts].flatMap(recordsOf)) {
    names.set(oid, name);
  }
  const found = new Map<string, NamedOperator[]>();
  for (const [symbol = '', , left = '0', right = '0', , proc = ''] of recordsOf(operatorFacts)) {
    const name = names.get(proc);
    if (name === undefined) continue;
    const args = [left, right].filter((oid) => oid !== '0').map((oid) => typeNameOf(Number(oid)));
    found.set(name, [...(found.get(name) ?? []), { symbol, args }]);
  }
  return found;
});

function typeNameOf(oid: number): TypeName | undefined {
  return findTypeByOid(oid)?.name;
}

/** Overloads of the operators whose function has the name. */
export function functionsBehindOperators(name: string): readonly FoundFunction[] {
  return (operatorsByName().get(name) ?? []).flatMap(({ symbol, args }) =>
    operatorOverloads(symbol).filter(
      ({ overload }) =>
        overload.args.length === args.length && overload.args.every((arg, i) => arg === args[i]),
    ),
  );
}
