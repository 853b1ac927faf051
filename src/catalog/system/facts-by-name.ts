/** Facts that functions and codecs ask for by name and key; keys are texts, so are answers. */
import {
  className, classOid, collationName, collationOid, namespaceName, namespaceOid, operatorName,
  operatorOid, operatorSignature, procedureName, procedureOid, procName, procOid, roleName,
  roleOid, typeName, typeOid,
} from './lookup.ts';
import type { Moment } from './moment.ts';

type Answer = string | number | undefined;

/** Folded names have lost their quotes: a dot may stand within a name. */
function foldedParts(name: string): readonly (readonly string[])[] {
  const dot = name.indexOf('.');
  return dot < 0 ? [[name]] : [[name.slice(0, dot), name.slice(dot + 1)], [name]];
}

function firstOf<T>(
  name: string,
  resolve: (parts: readonly string[]) => T | undefined,
): T | undefined {
  for (const parts of foldedParts(name)) {
    const found = resolve(parts);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const nameFacts: Readonly<Record<string, (moment: Moment, key: string) => Answer>> = {
  class_oid: (moment, key) => firstOf(key, (parts) => classOid(moment, parts)),
  class_name: (moment, key) => className(moment, Number(key)),
  type_oid: (moment, key) => firstOf(key, (parts) => typeOid(moment, key, parts)),
  type_name: (moment, key) => typeName(moment, Number(key)),
  proc_oid: (_moment, key) => firstOf(key, procOid),
  proc_name: (_moment, key) => procName(Number(key)),
  procedure_oid: (_moment, key) => procedureOid(key),
  procedure_name: (_moment, key) => procedureName(Number(key)),
  oper_oid: (_moment, key) => operatorOid(key),
  oper_name: (_moment, key) => operatorName(Number(key)),
  operator_oid: (_moment, key) => operatorOid(key),
  operator_name: (_moment, key) => operatorSignature(Number(key)),
  namespace_oid: (moment, key) => namespaceOid(moment, key),
  namespace_name: (moment, key) => namespaceName(moment, Number(key)),
  role_oid: (moment, key) => roleOid(moment, key),
  role_name: (moment, key) => roleName(moment, Number(key)),
  collation_oid: (_moment, key) => firstOf(key, collationOid),
  collation_name: (_moment, key) => collationName(Number(key)),
};
