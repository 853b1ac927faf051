/** Three spans, the same on every server, and the statements that the clients read them with. */
import { otelLogsAndSpansColumns } from '../../src/storage/schemas/otel-logs-and-spans.ts';
import { findTypeByName } from '../../src/types/type-table.ts';
import { must } from '../../src/errors/assert.ts';
import { openWirePeer } from '../sql/peer.ts';

/** A project of its own: the table of our server may hold other rows. */
export const project = 'clients';

const columns = [
  'date',
  'timestamp',
  'id',
  'hashes',
  'name',
  'kind',
  'level',
  'body',
  'duration',
  'start_time',
  'context___is_remote',
  'attributes',
  'attributes___http___response___status_code',
  'project_id',
  'summary',
  'message_size_bytes',
];

const rows = [
  `'2025-01-31', '2025-01-31 12:30:45.123456+00', 'span-1', '{a,"b c",NULL,"quo\\"te"}',
   'GET /café', 'server', 'INFO', '{"b": [1, 2.50, null], "a": "x"}', 1234567890123,
   '2025-01-31 12:30:45+00', true, '{"n": 1}', 200, '${project}', '{one,two}', 9007199254740993`,
  `'2025-01-31', '2025-01-31 12:31:00+00', 'span-2', '{}', 'POST /', 'server', 'ERROR', '[]', 0,
   null, false, '{"text": "line\\nbreak"}', 500, '${project}', '{}', -1`,
  `'1999-12-31', '1999-12-31 23:59:59.999999+00', 'span-3', null, null, null, null, null, null,
   null, null, null, null, '${project}', '{""}', null`,
];

const insert = `insert into otel_logs_and_spans (${columns.join(', ')})
  values ${rows.map((row) => `(${row})`).join(', ')}`;

/** One row per span: int8, float8, numeric, text, timestamptz, jsonb, text[], bool, date, int4. */
export const spanQuery = (parameters: readonly [string, string]): string =>
  `select id, duration, duration::float8 / 8 as eighth, duration / 1000.0 as thousandth, name,
   timestamp, body, hashes, context___is_remote as remote, date,
   attributes___http___response___status_code as status, message_size_bytes
   from otel_logs_and_spans where project_id = ${parameters[0]} and timestamp >= ${parameters[1]}
   order by timestamp`;

/** Makes the table where it is missing, and inserts the spans. */
export async function insertSpans(port: number): Promise<void> {
  const peer = await openWirePeer(port);
  const { failure } = await peer.run('select 1 from otel_logs_and_spans limit 0');
  const statements = [...(failure === undefined ? [] : [createTable()]), insert];
  for (const sql of statements) {
    const answer = await peer.run(sql);
    if (answer.failure !== undefined) throw new Error(`${answer.failure.message}: ${sql}`);
  }
  await peer.close();
}

function createTable(): string {
  const definitions = otelLogsAndSpansColumns.map(([name, type, isRequired]) => {
    const { sqlName } = must(findTypeByName(type), type);
    return `"${name}" ${sqlName}${isRequired === true ? ' not null' : ''}`;
  });
  return `create table otel_logs_and_spans (${definitions.join(', ')})`;
}
