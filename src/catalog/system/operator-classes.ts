/** Operator classes by access method, type and name: what pg_index.indclass says. */
import { operatorClassFacts } from './facts/operator-classes.ts';
import { once, recordsOf } from './static-records.ts';
import { typeFactByOid } from './type-facts.ts';

export interface OperatorClass {
  readonly oid: number;
  readonly name: string;
  readonly method: number;
  readonly family: number;
  readonly familyName: string;
  readonly typeOid: number;
  readonly isDefault: boolean;
  readonly keyType: number;
}

export const accessMethods = [
  { oid: 2, name: 'heap', handler: 3, kind: 't' },
  { oid: 403, name: 'btree', handler: 330, kind: 'i' },
  { oid: 405, name: 'hash', handler: 331, kind: 'i' },
  { oid: 783, name: 'gist', handler: 332, kind: 'i' },
  { oid: 2742, name: 'gin', handler: 333, kind: 'i' },
  { oid: 4000, name: 'spgist', handler: 334, kind: 'i' },
  { oid: 3580, name: 'brin', handler: 335, kind: 'i' },
] as const;

const btree = 403;

export function methodOid(name: string): number {
  return accessMethods.find((method) => method.name === name)?.oid ?? btree;
}

export const operatorClasses = once((): readonly OperatorClass[] =>
  recordsOf(operatorClassFacts).map((words) => {
    const [name = '', oid, method, family, familyName = '', typeOid, isDefault, keyType] = words;
    return {
      oid: Number(oid),
      name,
      method: Number(method),
      family: Number(family),
      familyName,
      typeOid: Number(typeOid),
      isDefault: isDefault === 't',
      keyType: Number(keyType),
    };
  }),
);

const defaults = once(() => {
  const all = operatorClasses().filter(({ isDefault }) => isDefault);
  return new Map(all.map((each) => [`${each.method} ${each.typeOid}`, each]));
});

const byOid = once(() => new Map(operatorClasses().map((each) => [each.oid, each])));

export function operatorClassByOid(oid: number): OperatorClass | undefined {
  return byOid().get(oid);
}

const text = 25;
const anyArray = 2277;
const anyEnum = 3500;

/** The class of its name, or the type's own: varchar is ordered as text, arrays as any array. */
export function operatorClassOf(
  method: number,
  typeOid: number,
  name: string,
): OperatorClass | undefined {
  const kin = kinOf(typeOid);
  if (name !== '') {
    const named = operatorClasses().filter((each) => each.method === method && each.name === name);
    return named.find((each) => kin.includes(each.typeOid)) ?? named[0];
  }
  for (const each of kin) {
    const found = defaults().get(`${method} ${each}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function kinOf(typeOid: number): readonly number[] {
  const category = typeFactByOid(typeOid)?.category;
  return [typeOid, category === 'A' ? anyArray : category === 'S' ? text : anyEnum];
}
