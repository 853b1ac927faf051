/**
 * What functions ask of the catalog, by fact name and key; answers are texts, undefined when
 * there is no such object. Keys named OID are decimal and unsigned. The reg* codecs ask for the
 * first group, too.
 */
import type { EvaluationContext } from '../function-record.ts';

/** Fact names, with what their keys and answers are. */
export const catalogFacts = {
  class_oid: 'relation name, folded, with or without schema → OID',
  class_name: 'OID → relation name as regclass shows it',
  type_oid: 'type name → OID',
  type_name: 'OID → type name as format_type shows it',
  proc_oid: 'function name → OID',
  proc_name: 'OID → function name as regproc shows it',
  procedure_oid: 'name(types) → OID',
  procedure_name: 'OID → name(types) as regprocedure shows it',
  language_name: 'OID → name',
  large_object: 'OID → OID, where there is one',
  oper_oid: 'operator → OID',
  oper_name: 'OID → operator as regoper shows it',
  operator_oid: 'operator(types) → OID',
  operator_name: 'OID → operator(types) as regoperator shows it',
  namespace_oid: 'schema name → OID',
  namespace_name: 'OID → schema name as regnamespace shows it',
  role_oid: 'role name → OID',
  role_name: 'OID → role name',
  role_shown: 'OID → role name as regrole shows it',
  collation_oid: 'collation name → OID',
  collation_name: 'OID → collation name',

  object_access:
    '`table OID`, `schema OID`, `database OID`, `columns OID`, `columns OID.attnum` → ' +
    '`owner|grantee=letters,…`',
  role_rights: 'OID of a role → `*`, or OIDs of the roles whose rights it has',
  role_memberships: 'OID of a role → `*`, or OIDs of the roles that it is a member of',

  updatable_events:
    '`OID` or `OID.attnum` → bits of INSERT 8, UPDATE 4 and DELETE 16 that the relation takes',
  class_kind: 'OID of a relation → relkind',
  database_oid: 'database name → OID',
  database_name: 'OID → database name',
  language_oid: 'language name → OID',
  tablespace_oid: 'tablespace name → OID',
  tablespace_name: 'OID → tablespace name',
  object_visible:
    '`kind OID`, kind one of class type proc oper opclass opfamily collation ' +
    'conversion statistics ts_config ts_dict ts_parser ts_template → t or f',
  column_number: '`OID.column name` → attnum',
  column_name: '`OID.attnum` → column name',

  default_access: 'OID of default privileges → these in words',
  object_identity: '`catalog OID.OID.subId` → JSON of kind, schema, name, full name',
  object_comment: '`catalog.OID.subId` (`pg_class.16385.2`) → comment',
  shared_comment: '`catalog.OID` (`pg_database.5`) → comment',

  index_definition: '`OID` or `OID.pretty` → CREATE INDEX statement as pg_get_indexdef(oid)',
  index_column: '`OID.n` or `OID.n.pretty`, n from 1 → column or expression of an index',
  constraint_definition: '`OID` or `OID.pretty` → text as pg_get_constraintdef(oid)',
  row_security: 'OID of a relation → whether policies hide rows of it from the current user',
  pretty_expression: 'an expression → the same as pg_get_expr(…, true) shows it',
  serial_sequence: '`OID.column name` → name of the sequence that the column owns',
  sequence_value: 'OID → last value of a sequence, if one was handed out',
  view_definition: '`OID` or `OID.pretty` → text of the view with its semicolon',
  rule_definition: '`OID` or `OID.pretty` → CREATE RULE statement',
  trigger_definition: 'OID → CREATE TRIGGER statement',
  statistics_definition: 'OID → CREATE STATISTICS statement',
  function_definition: 'OID → CREATE FUNCTION statement',
  function_arguments: 'OID → argument list with defaults',
  function_identity_arguments: 'OID → argument list that names the function',
  function_default: '`OID.number` → default of an argument',
  function_body: 'OID → body in a form of the SQL standard',
  function_result: 'OID → result type; `SETOF …` for sets',

  partition_key: 'OID → text as pg_get_partkeydef(oid)',
  partition_bound: 'OID of a partition → FOR VALUES …, or DEFAULT',
  partition_condition: 'OID of a partition → text as pg_get_partition_constraintdef(oid)',
  partition_parent: 'OID of a relation that may be partitioned → of its parent, or 0',
  partition_children: 'OID of a partitioned relation → OIDs of its partitions with a space between',

  relation_bytes: '`OID.part`, part one of main total table indexes → bytes',
  database_bytes: 'OID of a database → bytes',
  tablespace_bytes: 'empty key → bytes of all relations',
  relation_statistics: '`OID.counter` (`16385.live_tuples`) → number',
  all_settings: 'empty key → JSON array of pg_show_all_settings rows, each an array',
} as const;

export type CatalogFact = keyof typeof catalogFacts;

export function factOf(
  { catalog }: EvaluationContext,
  fact: CatalogFact,
  key: string | number,
): string | undefined {
  return catalog.find(fact, typeof key === 'number' ? String(key >>> 0) : key);
}
