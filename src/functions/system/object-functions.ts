/** Definitions, comments, names and sizes of the catalog's objects. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { foldName } from '../../types/reg-codecs.ts';
import { formatType, parseTypeName } from '../../types/type-name.ts';
import { findTypeByOid, typeRecord } from '../../types/type-table.ts';
import { contextual, family, scalar } from '../define.ts';
import type { EvaluationContext, FunctionRecord, ScalarOverload } from '../function-record.ts';
import { ancestorsIn, isBound, keptText } from './partitions.ts';
import { describeObject } from './describe-object.ts';
import { factOf, type CatalogFact } from './catalog-facts.ts';
import { identityFunctions } from './object-identity.ts';
import { sizeFunctions } from './object-sizes.ts';

const define = family('system');

/** The fact about an OID; more arguments (pretty printing) change nothing. */
function byOid(fact: CatalogFact): ScalarOverload[] {
  return [contextual('oid → text', (context, oid: number) => factOf(context, fact, oid) ?? null)];
}

function relationNamed(context: EvaluationContext, name: string): number {
  const folded = foldName(name);
  const found = factOf(context, 'class_oid', folded);
  if (found !== undefined) return Number(found);
  throw new SqlError('undefined_table', `relation "${folded}" does not exist`);
}

function viewText(context: EvaluationContext, oid: number, isPretty = false): string | null {
  return factOf(context, 'view_definition', styled(oid, isPretty)) ?? null;
}

/** Errors: 0A000 for lines of a width: each column has a line of its own. */
function wrappedView(context: EvaluationContext, oid: number, width: number): string | null {
  if (width !== 0) throw unsupported('a line width for pg_get_viewdef');
  return viewText(context, oid, true);
}

function viewNamed(context: EvaluationContext, name: string, isPretty = false): string | null {
  return viewText(context, relationNamed(context, name), isPretty);
}

function ruleText(context: EvaluationContext, oid: number, isPretty = false): string | null {
  return factOf(context, 'rule_definition', styled(oid, isPretty)) ?? null;
}

function triggerText(context: EvaluationContext, oid: number, isPretty = false): string | null {
  return factOf(context, 'trigger_definition', styled(oid, isPretty)) ?? null;
}

function styled(oid: number, isPretty: boolean): string {
  return isPretty ? `${oid >>> 0}.pretty` : String(oid >>> 0);
}

function constraintText(context: EvaluationContext, oid: number, isPretty = false): string | null {
  return factOf(context, 'constraint_definition', styled(oid, isPretty)) ?? null;
}

/** Column 0 is the whole index; one that it has not is ''. */
function indexDefinition(
  context: EvaluationContext,
  oid: number,
  column = 0,
  isPretty = false,
): string | null {
  const whole = factOf(context, 'index_definition', styled(oid, isPretty)) ?? null;
  if (column === 0 || whole === null) return whole;
  const style = isPretty ? '.pretty' : '';
  return factOf(context, 'index_column', `${oid >>> 0}.${column}${style}`) ?? '';
}

/** The names are checked as PostgreSQL does. */
function serialSequence(context: EvaluationContext, table: string, column: string): string | null {
  const oid = relationNamed(context, table);
  const key = `${oid}.${column}`;
  if (factOf(context, 'column_number', key) !== undefined) {
    return factOf(context, 'serial_sequence', key) ?? null;
  }
  const message = `column "${column}" of relation "${foldName(table)}" does not exist`;
  throw new SqlError('undefined_column', message);
}

function storedExpression(
  context: EvaluationContext,
  text: string,
  relation: number,
  isPretty: boolean,
): string {
  if (!isPretty || isBound(text)) return keptText(context, text, relation);
  return factOf(context, 'pretty_expression', text) ?? text;
}

const firstUserOid = 16_384;

const definitions: readonly FunctionRecord[] = [
  define(
    'pg_get_expr',
    { text: 'a stored expression as SQL' },
    contextual('pg_node_tree, oid → text', keptText),
    contextual('pg_node_tree, oid, bool → text', storedExpression),
    scalar('text, oid → text', (text: string) => text),
    contextual('text, oid, bool → text', storedExpression),
  ),
  define(
    'pg_get_indexdef',
    { text: 'CREATE INDEX statement, or one column of an index' },
    contextual('oid → text', (context, oid: number) => indexDefinition(context, oid)),
    contextual('oid, int4, bool → text', indexDefinition),
  ),
  define(
    'pg_get_constraintdef',
    { text: 'a constraint as SQL' },
    contextual('oid → text', (context, oid: number) => constraintText(context, oid)),
    contextual('oid, bool → text', constraintText),
  ),
  define(
    'pg_get_viewdef',
    { text: 'text of a view' },
    contextual('oid → text', (context, oid: number) => viewText(context, oid)),
    contextual('oid, bool → text', viewText),
    contextual('oid, int4 → text', wrappedView),
    contextual('text → text', (context, name: string) => viewNamed(context, name)),
    contextual('text, bool → text', viewNamed),
  ),
  define(
    'pg_get_ruledef',
    { text: 'CREATE RULE statement' },
    contextual('oid → text', (context, oid: number) => ruleText(context, oid)),
    contextual('oid, bool → text', ruleText),
  ),
  define(
    'pg_get_triggerdef',
    { text: 'CREATE TRIGGER statement' },
    contextual('oid → text', (context, oid: number) => triggerText(context, oid)),
    contextual('oid, bool → text', triggerText),
  ),
  define(
    'pg_get_statisticsobjdef',
    { text: 'CREATE STATISTICS statement' },
    ...byOid('statistics_definition'),
  ),
  define(
    'pg_get_statisticsobjdef_columns',
    { text: 'NULL: there are no such objects' },
    scalar('oid → text', () => null),
  ),
  define(
    'pg_get_partition_constraintdef',
    { text: 'the condition for rows of a partition' },
    ...byOid('partition_condition'),
  ),
  define(
    'pg_get_partkeydef',
    { text: 'the key of a partitioned table' },
    ...byOid('partition_key'),
  ),
  define(
    'pg_get_functiondef',
    { text: 'CREATE FUNCTION statement' },
    ...byOid('function_definition'),
  ),
  define(
    'pg_get_function_arguments',
    { text: 'argument list with defaults' },
    ...byOid('function_arguments'),
  ),
  define(
    'pg_get_function_identity_arguments',
    { text: 'argument list that names a function' },
    ...byOid('function_identity_arguments'),
  ),
  define(
    'pg_get_function_result',
    { text: 'result type of a function' },
    ...byOid('function_result'),
  ),
  define(
    'pg_get_function_sqlbody',
    { text: 'body in a form of the SQL standard' },
    ...byOid('function_body'),
  ),
  define(
    'pg_get_function_arg_default',
    { text: 'default of an argument' },
    contextual('oid, int4 → text', (context, oid: number, number: number) => {
      return factOf(context, 'function_default', `${oid >>> 0}.${number}`) ?? null;
    }),
  ),
  define(
    'pg_get_serial_sequence',
    { text: 'NULL: no column has a sequence' },
    contextual('text, text → text', serialSequence),
  ),
  define(
    'pg_get_replica_identity_index',
    { text: 'NULL: there is no replication' },
    scalar('regclass → regclass', () => null),
  ),
  define(
    'pg_relation_is_publishable',
    { text: 'whether the relation could be replicated' },
    contextual('regclass → bool', (context, oid: number) => {
      const kind = factOf(context, 'class_kind', oid);
      return kind === undefined ? null : kind === 'r' && oid >>> 0 >= firstUserOid;
    }),
  ),
  define(
    'pg_describe_object',
    { text: 'what an object is, in words' },
    contextual('oid, oid, int4 → text', describeObject),
  ),
  define(
    'pg_partition_root',
    { text: 'the table, or index, at the top of a tree of partitions' },
    contextual('regclass → regclass', (context, oid: number) => {
      return ancestorsIn(context, oid).at(-1) ?? null;
    }),
  ),
  define(
    'pg_index_column_has_property',
    { text: 'how a column of an index can be used' },
    contextual(
      'regclass, int4, text → bool',
      (context, oid: number, _column: number, name: string) =>
        factOf(context, 'index_definition', oid) === undefined
          ? null
          : (columnProperties[name] ?? null),
    ),
  ),
];

/** Every index sorts upwards, NULL last. */
const columnProperties: Readonly<Record<string, boolean>> = {
  asc: true,
  desc: false,
  nulls_first: false,
  nulls_last: true,
  orderable: true,
  distance_orderable: false,
  returnable: true,
  search_array: true,
  search_nulls: true,
};

function comment(
  context: EvaluationContext,
  catalog: string,
  oid: number,
  column = 0,
): string | null {
  return factOf(context, 'object_comment', `${catalog}.${oid >>> 0}.${column}`) ?? null;
}

const comments: readonly FunctionRecord[] = [
  define(
    'obj_description',
    { text: 'comment of an object' },
    contextual('oid, name → text', (context, oid: number, catalog: string) =>
      comment(context, catalog, oid),
    ),
    contextual('oid → text', (context, oid: number) => comment(context, 'pg_class', oid)),
  ),
  define(
    'col_description',
    { text: 'comment of a column' },
    contextual('oid, int4 → text', (context, oid: number, column: number) =>
      comment(context, 'pg_class', oid, column),
    ),
  ),
  define(
    'shobj_description',
    { text: 'comment of a database or role' },
    contextual(
      'oid, name → text',
      (context, oid: number, catalog: string) =>
        factOf(context, 'shared_comment', `${catalog}.${oid >>> 0}`) ?? null,
    ),
  ),
];

function typeText(
  context: EvaluationContext,
  oid: number | null,
  typmod: number | null,
): string | null {
  if (oid === null) return null;
  const known = formatType(oid >>> 0, typmod ?? undefined);
  return known === '???' ? (factOf(context, 'type_name', oid) ?? known) : known;
}

function toOid(fact: CatalogFact) {
  return (context: EvaluationContext, name: string): number | null => {
    if (name.trim() === '') throw new SqlError('invalid_name', 'invalid name syntax');
    const found = factOf(context, fact, foldName(name));
    return found === undefined ? null : Number(found);
  };
}

function typeOid(context: EvaluationContext, name: string): number | null {
  const type = parseTypeName(name);
  return type === undefined ? toOid('type_oid')(context, name) : typeRecord(type.name).oid;
}

const names: readonly FunctionRecord[] = [
  define(
    'format_type',
    {
      text: 'name of a type with its modifier',
      example: ['format_type(1043, 84)', 'character varying(80)'],
    },
    contextual('oid, int4 → text', typeText, { strict: false, volatility: 'stable' }),
  ),
  define(
    'to_regclass',
    { text: 'relation by name, or NULL' },
    contextual('text → regclass', toOid('class_oid')),
  ),
  define(
    'to_regtype',
    { text: 'type by name, or NULL', example: ["to_regtype('int')", 'integer'] },
    contextual('text → regtype', typeOid),
  ),
  define(
    'to_regproc',
    { text: 'function by name, or NULL' },
    contextual('text → regproc', toOid('proc_oid')),
  ),
  define(
    'to_regprocedure',
    { text: 'function by name and types, or NULL' },
    contextual('text → regprocedure', toOid('procedure_oid')),
  ),
  define(
    'to_regoper',
    { text: 'operator by name, or NULL' },
    contextual('text → regoper', toOid('oper_oid')),
  ),
  define(
    'to_regoperator',
    { text: 'operator by name and types, or NULL' },
    contextual('text → regoperator', toOid('operator_oid')),
  ),
  define(
    'to_regnamespace',
    { text: 'schema by name, or NULL' },
    contextual('text → regnamespace', toOid('namespace_oid')),
  ),
  define(
    'to_regrole',
    { text: 'role by name, or NULL' },
    contextual('text → regrole', toOid('role_oid')),
  ),
  define(
    'to_regcollation',
    { text: 'collation by name, or NULL' },
    contextual('text → regcollation', toOid('collation_oid')),
  ),
  define(
    'pg_get_userbyid',
    { text: 'name of a role' },
    contextual(
      'oid → name',
      (context, oid: number) => factOf(context, 'role_name', oid) ?? `unknown (OID=${oid >>> 0})`,
    ),
  ),
  define(
    'pg_tablespace_location',
    { text: "'': the built-in tablespaces have no place of their own" },
    scalar('oid → text', () => ''),
  ),
];

const visibleKinds: Readonly<Record<string, string>> = {
  table: 'class',
  type: 'type',
  function: 'proc',
  operator: 'oper',
  opclass: 'opclass',
  opfamily: 'opfamily',
  collation: 'collation',
  conversion: 'conversion',
  statistics_obj: 'statistics',
  ts_config: 'ts_config',
  ts_dict: 'ts_dict',
  ts_parser: 'ts_parser',
  ts_template: 'ts_template',
};

/** Types that the engine knows are in pg_catalog, which every search path has. */
function isVisible(context: EvaluationContext, kind: string, oid: number): boolean | null {
  if (kind === 'type' && findTypeByOid(oid >>> 0) !== undefined) return true;
  const found = factOf(context, 'object_visible', `${kind} ${oid >>> 0}`);
  return found === undefined ? null : found === 't';
}

const visibility = Object.entries(visibleKinds).map(([name, kind]) =>
  define(
    `pg_${name}_is_visible`,
    { text: 'whether its name alone means the object' },
    contextual('oid → bool', (context, oid: number) => isVisible(context, kind, oid)),
  ),
);

/** UPDATE and DELETE, as bits. */
const changeEvents = 20;

function eventsOf(context: EvaluationContext, key: string): number {
  return Number(factOf(context, 'updatable_events', key) ?? 0);
}

const updates: readonly FunctionRecord[] = [
  define(
    'pg_relation_is_updatable',
    { text: 'events that a relation takes, as bits' },
    contextual('regclass, bool → int4', (context, oid: number) =>
      eventsOf(context, String(oid >>> 0)),
    ),
  ),
  define(
    'pg_column_is_updatable',
    { text: 'whether a column can be updated' },
    contextual(
      'regclass, int2, bool → bool',
      (context, oid: number, column: number) =>
        column > 0 && (eventsOf(context, `${oid >>> 0}.${column}`) & changeEvents) === changeEvents,
    ),
  ),
];

const counters: Readonly<Record<string, string>> = {
  numscans: 'scans',
  tuples_returned: 'rows_read',
  tuples_fetched: 'rows_fetched',
  tuples_inserted: 'rows_inserted',
  tuples_updated: 'rows_updated',
  tuples_hot_updated: 'rows_hot_updated',
  tuples_deleted: 'rows_deleted',
  live_tuples: 'live_rows',
  dead_tuples: 'dead_rows',
  blocks_fetched: 'blocks_read',
  blocks_hit: 'blocks_hit',
};

const statistics = Object.entries(counters).map(([name, counter]) =>
  define(
    `pg_stat_get_${name}`,
    { text: `counter of a relation: ${counter.replace('_', ' ')}` },
    contextual('oid → int8', (context, oid: number) =>
      BigInt(factOf(context, 'relation_statistics', `${oid >>> 0}.${counter}`) ?? 0),
    ),
  ),
);

export const objectFunctions: readonly FunctionRecord[] = [
  ...definitions,
  ...comments,
  ...names,
  ...visibility,
  ...identityFunctions,
  ...sizeFunctions,
  ...updates,
  ...statistics,
];
