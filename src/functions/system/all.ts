/** Functions about the system: session, catalog, settings, locks, key words, encodings. */
import { unsupported } from '../../errors/sql-error.ts';
import type { Datum, Numeric, SqlArray } from '../../types/datum.ts';
import {
  characterBytesMax,
  encodingNames,
  encodingNumber,
} from '../../types/encodings/encoding-names.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { typeRecord } from '../../types/type-table.ts';
import { contextual, family, rowsOf, scalar, typed } from '../define.ts';
import type { EvaluationContext, FunctionRecord, ScalarOverload } from '../function-record.ts';
import { accessFunctions } from './access-lists.ts';
import {
  giveAdvisoryLock,
  releaseAdvisoryLocks,
  takeAdvisoryLock,
  tryAdvisoryLock,
  type LockRequest,
} from './advisory-locks.ts';
import { factOf } from './catalog-facts.ts';
import { hashBytes, hashInt8, hashWord } from './hash.ts';
import { parseIdentifier } from './identifiers.ts';
import { informationFunctions } from './information-functions.ts';
import { keywordRows } from './keywords.ts';
import { logPositionFunctions } from './log-positions.ts';
import { sendFunctions } from './send.ts';
import { objectFunctions } from './object-functions.ts';
import { ancestorsIn, partitionTree } from './partitions.ts';
import { privilegeFunctions } from './privileges.ts';
import { sequenceFunctions } from './sequence-functions.ts';
import { sessionFunctions } from './session-functions.ts';
import { snapshotFunctions } from './snapshots.ts';
import { numericSizePretty, sizeBytes, sizePretty } from './sizes.ts';

const define = family('system');
const volatile = { volatility: 'volatile' } as const;
const stable = { volatility: 'stable' } as const;

type Answer = (request: LockRequest) => Datum;

/** Locks live where the session does, so the statement must run there. */
function lockOverloads(
  mode: LockRequest['mode'],
  scope: LockRequest['scope'],
  returns: TypeName,
  answer: Answer,
): ScalarOverload[] {
  const compute = ({ session, effects }: EvaluationContext, key: string): Datum => {
    if (effects === undefined) throw unsupported('advisory locks in this place');
    const { pid = '', database = '' } = session;
    return answer({ pid, key: `${key} ${database}`, mode, scope });
  };
  return [
    contextual(
      `int8 → ${returns}`,
      (context, key: bigint) => compute(context, String(key)),
      volatile,
    ),
    contextual(
      `int4, int4 → ${returns}`,
      (context, first: number, second: number) => compute(context, `${first} ${second}`),
      volatile,
    ),
  ];
}

const take: Answer = (request) => {
  takeAdvisoryLock(request);
  return '';
};

const locks: readonly FunctionRecord[] = [
  ...(['exclusive', 'shared'] as const).flatMap((mode) => {
    const end = mode === 'shared' ? '_shared' : '';
    return [
      define(
        `pg_advisory_lock${end}`,
        { text: 'takes a lock until it is given back' },
        ...lockOverloads(mode, 'session', 'void', take),
      ),
      define(
        `pg_advisory_xact_lock${end}`,
        { text: 'takes a lock until the transaction ends' },
        ...lockOverloads(mode, 'transaction', 'void', take),
      ),
      define(
        `pg_try_advisory_lock${end}`,
        { text: 'takes a lock if it is free' },
        ...lockOverloads(mode, 'session', 'bool', tryAdvisoryLock),
      ),
      define(
        `pg_try_advisory_xact_lock${end}`,
        { text: 'takes a lock if it is free, until the transaction ends' },
        ...lockOverloads(mode, 'transaction', 'bool', tryAdvisoryLock),
      ),
      define(
        `pg_advisory_unlock${end}`,
        { text: 'gives a lock back' },
        ...lockOverloads(mode, 'session', 'bool', giveAdvisoryLock),
      ),
    ];
  }),
  define(
    'pg_advisory_unlock_all',
    { text: 'gives all locks of the session back' },
    contextual(
      '→ void',
      ({ session }) => {
        releaseAdvisoryLocks(session['pid'] ?? '', 'session');
        return '';
      },
      volatile,
    ),
  ),
];

const values: readonly FunctionRecord[] = [
  define(
    'pg_typeof',
    { text: 'type of a value', example: ['pg_typeof(1)', 'integer'] },
    typed(
      'any → regtype',
      (_context, _values, [type]) => type?.domain ?? typeRecord(type?.name ?? 'unknown').oid,
      { strict: false, keepsUnknown: true },
    ),
  ),
  define(
    'pg_collation_for',
    { text: 'collation of a text', example: ["pg_collation_for('a'::text)", '"default"'] },
    typed(
      'any → text',
      (_context, _values, [type]) =>
        type !== undefined && typeRecord(type.name).category === 'S' ? '"default"' : null,
      { strict: false },
    ),
  ),
  define(
    'num_nulls',
    { text: 'how many arguments are NULL', example: ['num_nulls(1, null)', '1'] },
    typed('any... → int4', (_context, args) => args.filter((arg) => arg === null).length, {
      strict: false,
    }),
  ),
  define(
    'num_nonnulls',
    { text: 'how many arguments are not NULL', example: ['num_nonnulls(1, null)', '1'] },
    typed('any... → int4', (_context, args) => args.filter((arg) => arg !== null).length, {
      strict: false,
    }),
  ),
  define(
    'pg_size_pretty',
    { text: 'bytes for people', example: ['pg_size_pretty(123456789::bigint)', '118 MB'] },
    scalar('int8 → text', sizePretty),
    scalar('numeric → text', (bytes: Numeric) => numericSizePretty(bytes)),
  ),
  define(
    'pg_size_bytes',
    { text: 'bytes of such a text', example: ["pg_size_bytes('1.5 GB')", '1610612736'] },
    scalar('text → int8', sizeBytes),
  ),
  define(
    'pg_encoding_to_char',
    { text: 'name of an encoding', example: ['pg_encoding_to_char(6)', 'UTF8'] },
    scalar('int4 → name', (number: number) => encodingNames[number] ?? ''),
  ),
  define(
    'pg_char_to_encoding',
    { text: 'number of an encoding', example: ["pg_char_to_encoding('utf-8')", '6'] },
    scalar('name → int4', encodingNumber),
  ),
  define(
    'pg_encoding_max_length',
    { text: 'most bytes of a character', example: ['pg_encoding_max_length(6)', '4'] },
    scalar('int4 → int4', characterBytesMax),
  ),
  define(
    'parse_ident',
    { text: 'parts of a qualified name', example: [`parse_ident('a."B c".d')`, '{a,"B c",d}'] },
    scalar('text → _text', (text: string) => parseIdentifier(text)),
    scalar('text, bool → _text', parseIdentifier),
  ),
  define(
    'hashtext',
    { text: 'hash of a text', example: ["hashtext('a')", '1075015857'] },
    scalar('text → int4', (text: string) => hashBytes(Buffer.from(text))),
  ),
  define(
    'hashint4',
    { text: 'hash of an integer', example: ['hashint4(5)', '-1330264708'] },
    scalar('int4 → int4', hashWord),
  ),
  define(
    'hashint8',
    { text: 'hash of a bigint', example: ['hashint8(5000000000)', '-694934712'] },
    scalar('int8 → int4', hashInt8),
  ),
  define(
    'age',
    { text: 'transactions since one' },
    contextual('xid → int4', ({ transactionMicros }, xid: number) =>
      xid >>> 0 < 3
        ? 0x7fff_ffff
        : Number(BigInt.asIntN(32, transactionMicros / 1000n - BigInt(xid >>> 0))),
    ),
  ),
];

function* options(_context: unknown, { values: items }: SqlArray) {
  for (const item of items) {
    const [name = '', ...rest] = String(item).split('=');
    yield [name, rest.length === 0 ? null : rest.join('=')];
  }
}

/** Rows of another module as JSON text: strings, numbers, booleans, NULL. */
function* settingRows(context: EvaluationContext) {
  const rows = JSON.parse(factOf(context, 'all_settings', '') ?? '[]') as (Datum | null)[][];
  yield* rows;
}

const sets: readonly FunctionRecord[] = [
  define(
    'pg_get_keywords',
    {
      text: 'key words of SQL',
      example: ["select catdesc from pg_get_keywords() where word = 'select'", 'reserved'],
    },
    rowsOf('→ word text, catcode char, barelabel bool, catdesc text, baredesc text', keywordRows),
  ),
  define(
    'pg_options_to_table',
    {
      text: 'options and their values',
      example: ["select option_value from pg_options_to_table('{a=1}')", '1'],
    },
    rowsOf('_text → option_name text, option_value text', options, stable),
  ),
  define(
    'pg_show_all_settings',
    { text: 'all settings' },
    rowsOf(
      '→ name text, setting text, unit text, category text, short_desc text, extra_desc text, ' +
        'context text, vartype text, source text, min_val text, max_val text, enumvals _text, ' +
        'boot_val text, reset_val text, sourcefile text, sourceline int4, pending_restart bool',
      settingRows,
      stable,
    ),
  ),
  define(
    'pg_partition_ancestors',
    { text: 'a partition, and what it is a partition of' },
    rowsOf(
      'regclass → relid regclass',
      (context, oid: number) => ancestorsIn(context, oid).map((each) => [each]),
      volatile,
    ),
  ),
  define(
    'pg_partition_tree',
    { text: 'a partitioned table or index, and its partitions' },
    rowsOf(
      'regclass → relid regclass, parentrelid regclass, isleaf bool, level int4',
      partitionTree,
      volatile,
    ),
  ),
  define(
    'pg_listening_channels',
    { text: 'channels that the session listens to' },
    rowsOf(
      '→ pg_listening_channels text',
      ({ session }) =>
        (JSON.parse(session['listening'] ?? '[]') as readonly string[]).map((name) => [name]),
      stable,
    ),
  ),
  define(
    'pg_available_extensions',
    { text: 'none' },
    rowsOf('→ name name, default_version text, comment text', () => [], stable),
  ),
  define(
    'pg_available_extension_versions',
    { text: 'none' },
    rowsOf(
      '→ name name, version text, superuser bool, trusted bool, relocatable bool, ' +
        'schema name, requires _name, comment text',
      () => [],
      stable,
    ),
  ),
];

export const systemFunctions: readonly FunctionRecord[] = [
  ...sequenceFunctions,
  ...sessionFunctions,
  ...snapshotFunctions,
  ...logPositionFunctions,
  ...sendFunctions,
  ...objectFunctions,
  ...privilegeFunctions,
  ...accessFunctions,
  ...informationFunctions,
  ...locks,
  ...values,
  ...sets,
];
