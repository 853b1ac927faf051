/** How our answer to a captured statement differs from PostgreSQL's, if it does. */
import { findTypeByOid } from '../../src/types/type-table.ts';
import type { ColumnDescription } from '../wire/backend-decoder.ts';
import type { ObjectNames } from './object-names.ts';
import type { Heard } from './replay-session.ts';

export interface Side {
  readonly heard: Heard;
  readonly names: ObjectNames;
  /** What only this server has: functions and settings by name. Rows about them are left out. */
  readonly own: ReadonlySet<string>;
}

/** Columns that tell of the server at hand: processes, clocks, files, transactions. */
const identityColumns = new Set(
  `pid pg_backend_pid backend_start xact_start query_start state_change backend_xid backend_xmin
  client_port pg_postmaster_start_time startup_time xmin age ctid relfilenode reltuples relpages
  relallvisible relfrozenxid relminmxid datfrozenxid datminmxid datlastsysoid txid_current version
  server_version server_version_num query_id n_live_tup prepare_time creation_time pages
  reltoastrelid toid estimated_row_count current_txid table_state_number con_state_id
  rolpassword r_state_number sequence_state_number type_state_number state_number toast_frozenxid tfrozenxid toastpages`.split(
    /\s+/,
  ),
);

/** Rows about objects of one of the two servers: its databases, its own relation. */
const ofOneServer = /timefusion_stats|\bapp_(?:template|admin)\b/;

/** Catalogs of which we have the rows of what we offer, and PostgreSQL more. */
const partialCatalogs = new RegExp(
  `\\b(?:pg_(?:${[
    'proc|operator|cast|opclass|opfamily|amop|amproc|am|aggregate|collation|conversion|language',
    'ts_\\w+|settings|extension|available_extensions|show_all_settings|init_privs|depend|rewrite',
    'description',
  ].join('|')})|information_schema\\.routines)\\b|^show all`,
  'i',
);

/** Users' objects of the captures' schema: rows about them are never missing. */
const usersObject =
  /<\w+ [^>]*>|\b(?:projects|otel_logs_and_spans|v_errors|mv_cnt|metrics\w*|mon|app|spans_pk)\b/;

/** Statements whose rows tell how a server works inside; columns are compared. */
const insides = /^\s*explain\b/i;

/** Settings that tell of the server at hand; rows begin with the name. */
const ofServer = /^(?:port|server_version|shared_buffers|tcp_keepalives_idle) \| /;

/** Without ORDER BY nobody knows which row of a group is kept: one column may differ. */
const arbitraryRow = /\bselect\s+distinct on\b(?!.*\border by\b)/is;

/** Arrays whose order the statement leaves open. */
const unorderedArray = /\barray_agg\((?:(?!order by)[^()])*\)/i;

/** Where a column was changed last, in the log. */
const placeInLog = /\{?\bpg_attver=\d+\}?/g;

/** Bytes on disk are each server's own. */
const ofSizes = /pg_(?:total_relation|relation|table|indexes|database|tablespace)_size/i;
const sizeText = /(?<=^|\| )\d+(?: bytes| [kMG]B)?(?=$| \|)/g;

export function difference(sql: string, ours: Side, theirs: Side): string | undefined {
  const [a, b] = [ours.heard, theirs.heard];
  if (a.failure !== undefined || b.failure !== undefined) return failureDifference(ours, b);
  const [columns, expected] = [columnsText(ours), columnsText(theirs)];
  if (columns.join() !== expected.join()) {
    const at = expected.findIndex((column, i) => column !== columns[i]);
    return `columns: ${columns[at] ?? 'none'} for ${expected[at] ?? 'none'}`;
  }
  if (insides.test(sql)) return undefined;
  const rows = rowsDifference(sql, ours, theirs);
  if (rows !== undefined) return rows;
  const isCounted = a.rows.length === b.rows.length;
  return !isCounted || a.tag === b.tag ? undefined : `tag: ${a.tag} for ${b.tag}`;
}

const missingFunction = /^function (\w+)\(.*\) does not exist$/;

/** A function that is added here may be called here. */
function failureDifference({ heard: ours, own }: Side, theirs: Heard): string | undefined {
  const added = missingFunction.exec(theirs.failure?.message ?? '')?.[1];
  if (ours.failure === undefined && added !== undefined && own.has(added)) return undefined;
  const text = ({ failure }: Heard): string =>
    failure === undefined ? 'no error' : `${failure.code} ${failure.message}`;
  const isSame = text(ours) === text(theirs);
  return isSame ? undefined : `error: ${text(ours)} for ${text(theirs)}`;
}

/** A type that the client made itself has no name that both servers know. */
function madeType(names: ObjectNames, oid: number): string {
  const name = names.named(String(oid));
  return name === String(oid) ? 'made' : name;
}

function columnsText({ heard, names }: Side): readonly string[] {
  return (heard.columns ?? []).map(({ name, typeOid, typmod }) => {
    const type = findTypeByOid(typeOid)?.name ?? madeType(names, typeOid);
    return `${name} ${type} ${typmod}`;
  });
}

function rowsDifference(sql: string, ours: Side, theirs: Side): string | undefined {
  const isPartial = partialCatalogs.test(sql);
  const [a = [], b = []] = [ours, theirs].map((side) => {
    const texts = rowTexts(side, unorderedArray.test(sql));
    return ofSizes.test(sql) ? texts.map((text) => text.replace(sizeText, 'bytes')) : texts;
  });
  const more = without(a, b);
  const missing = without(b, a).filter((row) => !isPartial || usersObject.test(row));
  if (arbitraryRow.test(sql) && areChoices(more, missing)) return undefined;
  if (more.length === 0 && missing.length === 0) return undefined;
  const example = `${more[0] ?? 'nothing'} for ${missing[0] ?? 'nothing'}`;
  return `rows: ${more.length} more, ${missing.length} missing: ${example}`;
}

/** Rows of two lists that differ, pair by pair, in one column. */
function areChoices(rows: readonly string[], others: readonly string[]): boolean {
  if (rows.length !== others.length) return false;
  return rows.every((row, i) => {
    const [own, other] = [row.split(' | '), (others[i] ?? '').split(' | ')];
    const isSameWidth = own.length === other.length;
    return isSameWidth && own.filter((value, place) => value !== other[place]).length === 1;
  });
}

function rowTexts({ heard, names, own }: Side, isUnordered: boolean): readonly string[] {
  const columns = heard.columns ?? [];
  const rows = heard.rows.filter((row) => !row.some((value) => own.has(String(value))));
  const texts = rows.map((row) =>
    row
      .map((value, i) => {
        if (columns[i]?.name === 'attversion') return '…';
        if (value === null) return 'NULL';
        const text = valueText(value, columns[i], names);
        return isUnordered ? inOrder(text) : text;
      })
      .join(' | '),
  );
  return texts.filter((text) => !ofOneServer.test(text) && !ofServer.test(text));
}

/** A plain array's elements in order. */
function inOrder(text: string): string {
  const elements = /^\{([^{}"]*)\}$/.exec(text)?.[1]?.split(',');
  return elements === undefined ? text : `{${elements.toSorted().join(',')}}`;
}

/** How trees of expressions are kept is each server's own. */
const nodeTree = 194;

function valueText(
  value: Buffer,
  column: ColumnDescription | undefined,
  names: ObjectNames,
): string {
  if (column !== undefined && identityColumns.has(column.name)) return '…';
  if (column?.typeOid === nodeTree) return '…';
  const text = value.toString().replace(placeInLog, '');
  if (text === '' && value.length > 0) return 'NULL';
  if (isNow(text)) return '<now>';
  if (randomUuid.test(text)) return '<random>';
  const constraint = /^(\d+)_(\d+)_(\d+_not_null)$/.exec(text);
  if (constraint !== null) return `${names.named(constraint[2] ?? '')}_${constraint[3]}`;
  const routine = /^(\w+)_(\d{5,})$/.exec(text);
  if (routine !== null) return `${routine[1]}_${names.named(routine[2] ?? '')}`;
  return /^(?:[\d{}, ]+|pg_toast_\d+(?:_index)?)$/.test(text) ? names.named(text) : text;
}

/** Of version 4, as defaults make them. */
const randomUuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** A time of the last minutes. */
function isNow(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?:\+00)?$/.test(text)) return false;
  const utc = `${text.slice(0, 19).replace(' ', 'T')}Z`;
  return Math.abs(Date.now() - Date.parse(utc)) < 300_000;
}

/** The rows of a list that another has not, each as often as it is missing there. */
function without(rows: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of others) counts.set(row, (counts.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const count = counts.get(row) ?? 0;
    counts.set(row, count - 1);
    return count <= 0;
  });
}
