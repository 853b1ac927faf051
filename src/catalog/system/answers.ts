/** Facts that functions and codecs ask for by name and key; keys are texts, so are answers. */
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { largeObjectNamed } from './rows/large-objects.ts';
import { describeDefaults } from './default-access-facts.ts';
import { triggerDefinition } from './rows/triggers.ts';
import { objectIdentity } from './object-identity.ts';
import { constraintDefinition, ruleDefinition, viewDefinition } from './definitions.ts';
import {
  functionArguments,
  functionDefault,
  functionDefinition,
  functionResult,
} from './function-definitions.ts';
import { indexColumn, indexDefinition } from './index-text.ts';
import {
  className,
  classOid,
  collationName,
  collationOid,
  namespaceName,
  namespaceOid,
  operatorName,
  operatorOid,
  operatorSignature,
  procedureName,
  procedureOid,
  procName,
  procOid,
  roleName,
  roleOid,
  typeName,
  typeOid,
} from './lookup.ts';
import { objectAccess, roleMemberships, roleRights, rowSecurity } from './access-facts.ts';
import { updatableEvents } from './updatable-events.ts';
import type { Moment } from './moment.ts';
import {
  allSettings,
  classKind,
  columnName,
  columnNumber,
  databaseBytes,
  databaseName,
  databaseOid,
  languageOid,
  objectComment,
  objectVisible,
  relationBytes,
  relationStatistics,
  sequenceValue,
  serialSequence,
  sharedComment,
  storedBytes,
  tablespaceName,
  tablespaceOid,
} from './object-facts.ts';
import {
  formatsOf,
  partitionBound,
  partitionChildren,
  partitionCondition,
  partitionKey,
  partitionParent,
} from './partitions.ts';
import { languageNames } from './rows/procs.ts';

type Answer = string | number | undefined;
type Ask = (moment: Moment, key: string) => Answer;

/** Folded names have lost their quotes: a dot may stand within a name. */
function foldedParts(name: string): readonly (readonly string[])[] {
  const dot = name.indexOf('.');
  if (dot < 0) return [[name]];
  return [[name.slice(0, dot), name.slice(dot + 1)], name.split('.'), [name]];
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

/** By the names of catalogFacts; objects of kinds that there are none of have no entry. */
export const answers: Readonly<Partial<Record<string, Ask>>> = {
  class_oid: (moment, key) => firstOf(key, (parts) => classOid(moment, parts)),
  class_name: (moment, key) => className(moment, Number(key)),
  type_oid: (moment, key) => firstOf(key, (parts) => typeOid(moment, key, parts)),
  type_name: (moment, key) => typeName(moment, Number(key)),
  proc_oid: (moment, key) => firstOf(key, (parts) => procOid(moment, parts)),
  proc_name: (moment, key) => procName(moment, Number(key)),
  procedure_oid: procedureOid,
  procedure_name: (moment, key) => procedureName(moment, Number(key)),
  oper_oid: operatorOid,
  language_name: (_moment, key) => languageNames.find(([oid]) => oid === Number(key))?.[1],
  oper_name: (_moment, key) => operatorName(Number(key)),
  operator_oid: operatorOid,
  operator_name: (_moment, key) => operatorSignature(Number(key)),
  namespace_oid: (moment, key) => namespaceOid(moment, key),
  namespace_name: (moment, key) => namespaceName(moment, Number(key)),
  role_oid: (moment, key) => roleOid(moment, key),
  role_name: (moment, key) => roleName(moment, Number(key)),
  role_shown: (moment, key) => {
    const name = roleName(moment, Number(key));
    return name && quoteIdentifier(name);
  },
  collation_oid: (_moment, key) => firstOf(key, collationOid),
  collation_name: (_moment, key) => collationName(Number(key)),

  object_access: objectAccess,
  role_rights: roleRights,
  role_memberships: roleMemberships,
  row_security: (moment, key) => rowSecurity(moment, Number(key)),

  updatable_events: (moment, key) => {
    const [oid, column] = key.split('.').map(Number);
    return String(updatableEvents(moment, oid ?? 0, column));
  },
  default_access: (moment, key) => describeDefaults(moment, Number(key)),
  large_object: (moment, key) => largeObjectNamed(moment, Number(key)),
  class_kind: (moment, key) => classKind(moment, Number(key)),
  database_oid: databaseOid,
  database_name: (moment, key) => databaseName(moment, Number(key)),
  language_oid: (_moment, key) => languageOid(key),
  tablespace_oid: (_moment, key) => tablespaceOid(key),
  tablespace_name: (_moment, key) => tablespaceName(Number(key)),
  object_visible: objectVisible,
  column_number: columnNumber,
  column_name: columnName,

  object_identity: objectIdentity,
  object_comment: objectComment,
  shared_comment: sharedComment,

  index_definition: (moment, key) => {
    const [oid, style] = key.split('.');
    return indexDefinition(moment, Number(oid), style === 'pretty');
  },
  index_column: (moment, key) => {
    const [oid, number, style] = key.split('.');
    return indexColumn(moment, Number(oid), Number(number), style === 'pretty');
  },
  constraint_definition: (moment, key) => {
    const [oid, style] = key.split('.');
    return constraintDefinition(moment, Number(oid), style === 'pretty');
  },
  pretty_expression: (moment, key) => moment.expressionText(moment.prettyText(key)),
  serial_sequence: serialSequence,
  sequence_value: sequenceValue,
  view_definition: (moment, key) => {
    const [oid, style] = key.split('.');
    return viewDefinition(moment, Number(oid), style === 'pretty');
  },
  rule_definition: (moment, key) => {
    const [oid, style] = key.split('.');
    return ruleDefinition(moment, Number(oid), style === 'pretty');
  },
  trigger_definition: (moment, key) => {
    const [oid, style] = key.split('.');
    return triggerDefinition(moment, Number(oid), style === 'pretty');
  },
  function_definition: (moment, key) => functionDefinition(moment, Number(key)),
  function_arguments: (moment, key) => functionArguments(moment, Number(key), false),
  function_identity_arguments: (moment, key) => functionArguments(moment, Number(key), true),
  function_result: (moment, key) => functionResult(moment, Number(key)),
  function_default: (moment, key) => {
    const [oid = 0, number = 0] = key.split('.').map(Number);
    return functionDefault(moment, oid, number);
  },
  function_body: (moment, key) => moment.userProc(Number(key))?.record.standardText,

  partition_key: (moment, key) => partitionKey(moment, Number(key)),
  partition_bound: (moment, key) => partitionBound(moment, Number(key), formatsOf(moment)),
  partition_condition: (moment, key) => partitionCondition(moment, Number(key)),
  partition_parent: (moment, key) => partitionParent(moment, Number(key)),
  partition_children: (moment, key) => partitionChildren(moment, Number(key)),

  relation_bytes: relationBytes,
  tablespace_bytes: storedBytes,
  database_bytes: (moment, key) => databaseBytes(moment, Number(key)),
  relation_statistics: relationStatistics,
  all_settings: allSettings,
};
