/**
 * The queries of the telemetry workload: shapes W1 to W13. `duckdb` is the same question in
 * DuckDB's words where they differ. Results are compared after rounding, except approximate ones.
 */
export interface WorkloadQuery {
  readonly id: string;
  readonly sql: string;
  readonly duckdb?: string;
  /** Approximate answers: values are compared within this relative distance. */
  readonly tolerance?: number;
}

const project = `project_id = 'checkout-prod'`;
const day = `timestamp BETWEEN '2025-06-01 00:00:00+00' AND '2025-06-02 00:00:00+00'`;
const hour = `timestamp BETWEEN '2025-06-01 14:00:00+00' AND '2025-06-01 15:00:00+00'`;
const table = 'otel_logs_and_spans';
const service = 'resource___service___name';
const status = 'attributes___http___response___status_code';

const bucket = (width: string): string => `time_bucket('${width}', timestamp)`;
const duckBucket = (width: string): string => `time_bucket(INTERVAL '${width}', timestamp)`;
const epoch = (expr: string): string => `extract(epoch from ${expr})::integer`;

function both(id: string, make: (bucketOf: (width: string) => string) => string): WorkloadQuery {
  return { id, sql: make(bucket), duckdb: make(duckBucket) };
}

const percentileQuery = (value: string, quantile: (p: number, x: string) => string): string => `
  SELECT ${value}, ${quantile(0.95, 'CAST(duration AS DOUBLE PRECISION)')} / 1000000 AS p95
  FROM ${table} WHERE ${project} AND ${day} AND duration IS NOT NULL
  GROUP BY 1 ORDER BY 1`;
const ours = (p: number, x: string): string =>
  `COALESCE(approx_percentile(${p}, percentile_agg(${x})), 0)`;
const theirs = (p: number, x: string): string => `COALESCE(approx_quantile(${x}, ${p}), 0)`;

const apdex = `ROUND((COUNT(*) FILTER (WHERE duration <= 500000000)
  + 0.5 * COUNT(*) FILTER (WHERE duration > 500000000 AND duration <= 2000000000))::numeric
  / COUNT(*), 2)`;

const health = (quantile: (p: number, x: string) => string): string => `
  SELECT ${service} AS service, COUNT(*) AS requests,
    CAST(${apdex} AS numeric(6,2)) AS apdex,
    ROUND(COUNT(*) FILTER (WHERE status_code = 'ERROR' OR COALESCE(${status}, 0) >= 500) * 100.0
      / COUNT(*), 2)::double precision AS error_rate,
    ${quantile(0.95, 'CAST(duration AS DOUBLE PRECISION)')} / 1000000 AS p95
  FROM ${table}
  WHERE ${project} AND ${day} AND kind = 'server' AND ${service} IS NOT NULL AND duration IS NOT NULL
  GROUP BY ${service} ORDER BY requests DESC, service LIMIT 50`;

export const workload: readonly WorkloadQuery[] = [
  both(
    'W1 throughput 1h',
    (b) => `SELECT ${epoch(b('5 minutes'))} AS t, 'Throughput', count(*)
    FROM ${table} WHERE ${project} AND ${hour} GROUP BY ${b('5 minutes')} ORDER BY 1 DESC`,
  ),
  both(
    'W1 throughput 24h',
    (b) => `SELECT ${epoch(b('5 minutes'))} AS t, 'Throughput', count(*)
    FROM ${table} WHERE ${project} AND ${day} GROUP BY ${b('5 minutes')} ORDER BY 1 DESC`,
  ),
  both(
    'W2 by service',
    (b) => `SELECT ${epoch(b('5 minutes'))} AS t, COALESCE(${service}, 'null') AS s,
    count(*)::double precision FROM ${table} WHERE ${project} AND ${day}
    GROUP BY ${b('5 minutes')}, COALESCE(${service}, 'null') ORDER BY 1, 2 LIMIT 10000`,
  ),
  both(
    'W2 by method and path',
    (b) => `SELECT ${epoch(b('5 minutes'))} AS t,
    COALESCE(attributes___http___request___method, 'null') AS m,
    COALESCE(attributes___url___path, 'null') AS p, count(*) FROM ${table}
    WHERE ${project} AND ${day} GROUP BY ${b('5 minutes')}, 2, 3 ORDER BY 1, 2, 3 LIMIT 10000`,
  ),
  {
    id: 'W3a p95 per bucket',
    sql: percentileQuery(epoch(bucket('5 minutes')), ours),
    duckdb: percentileQuery(epoch(duckBucket('5 minutes')), theirs),
    tolerance: 0.1,
  },
  both(
    'W4 error rate',
    (b) => `SELECT ${epoch(b('5 minutes'))} AS t,
    ROUND(COUNT(*) FILTER (WHERE status_code = 'ERROR' OR COALESCE(${status}, 0) >= 500) * 100.0
      / COUNT(*), 2)::double precision
    FROM ${table} WHERE ${project} AND ${day} GROUP BY ${b('5 minutes')} ORDER BY 1`,
  ),
  {
    id: 'W5 distinct traces',
    sql: `SELECT distinct_count(approx_count_distinct(context___trace_id)) FROM ${table}
      WHERE ${project} AND ${day}`,
    duckdb: `SELECT approx_count_distinct(context___trace_id) FROM ${table} WHERE ${project} AND ${day}`,
    tolerance: 0.1,
  },
  { id: 'W6 service health', sql: health(ours), duckdb: health(theirs), tolerance: 0.1 },
  {
    id: 'W6b top endpoints',
    sql: `WITH top AS (SELECT name, COUNT(*) AS n FROM ${table}
        WHERE ${project} AND ${day} AND kind = 'server' GROUP BY name ORDER BY n DESC, name LIMIT 10)
      SELECT s.name, top.n, avg(s.duration::double precision) AS mean, max(s.duration) AS slowest
      FROM ${table} s JOIN top USING (name)
      WHERE s.${project} AND s.${day} GROUP BY s.name, top.n ORDER BY top.n DESC, s.name`,
  },
  {
    id: 'W7 facet',
    sql: `SELECT ${service}::text AS v, COUNT(*)::bigint AS n FROM ${table}
      WHERE ${project} AND timestamp >= '2025-06-01 00:00:00+00' AND timestamp < '2025-06-02 00:00:00+00'
      AND ${service} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50`,
  },
  {
    id: 'W8 explorer page',
    sql: `SELECT timestamp, id, name, kind, status_code, level, duration, context___trace_id,
      context___span_id, parent_id, ${service}, ${status}, attributes___http___request___method,
      attributes___url___path, attributes___db___system___name, attributes___user___id
      FROM ${table} WHERE ${project} AND ${day} ORDER BY timestamp DESC, id LIMIT 251`,
  },
  {
    id: 'W9 trace lookup',
    sql: `SELECT timestamp, name, duration FROM ${table} WHERE context___trace_id =
      '$TRACE' AND ${day} ORDER BY timestamp, id`,
  },
  {
    id: 'W10 service picker',
    sql: `SELECT DISTINCT ${service} AS s FROM ${table} WHERE ${project} AND ${day} ORDER BY 1 LIMIT 100`,
  },
  {
    id: 'W10 names by count',
    sql: `SELECT name, COUNT(*) AS n FROM ${table} WHERE ${project} AND ${day} GROUP BY name
      ORDER BY n DESC, name LIMIT 20`,
  },
  {
    id: 'W11 service graph',
    sql: `SELECT p.${service} AS parent, c.${service} AS child, count(*) AS calls
      FROM ${table} c JOIN ${table} p
        ON c.context___trace_id = p.context___trace_id AND c.parent_id = p.context___span_id
      WHERE c.${project} AND p.${project} AND c.${hour} AND p.${hour}
        AND c.kind = 'server' AND p.${service} <> c.${service}
      GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 100`,
  },
  {
    id: 'W12 scalars',
    sql: `SELECT count(*), sum(message_size_bytes)::double precision, min(duration), max(duration)
      FROM ${table} WHERE ${project} AND ${day}`,
  },
  {
    id: 'W13 windows',
    sql: `SELECT name, COUNT(*) AS n, (SUM(COUNT(*)) OVER ())::double precision AS total,
      count(*) OVER () AS groups
      FROM ${table} WHERE ${project} AND ${day} GROUP BY name ORDER BY n DESC, name LIMIT 50`,
  },
  {
    id: 'W15 free text',
    sql: `SELECT count(*) FROM ${table} WHERE ${project} AND ${day}
      AND attributes___exception___message LIKE '%timeout%'`,
  },
];
