\set project clients
\pset null '(null)'
select id, duration, duration::float8 / 8 as eighth, duration / 1000.0 as thousandth, name,
  timestamp, body, hashes
from otel_logs_and_spans where project_id = :'project' order by timestamp;
prepare spans(text, timestamptz) as
  select id, summary, context___is_remote from otel_logs_and_spans
  where project_id = $1 and timestamp >= $2 order by timestamp desc;
execute spans('clients', '2000-01-01');
deallocate spans;
select 1 as a, 'x' as b, null::numeric(10,2) as c, '{1,2}'::int[] as d \gdesc
select count(*) as spans from otel_logs_and_spans where project_id = 'clients' \gset
\echo spans :spans
\set FETCH_COUNT 10
select n from generate_series(1, 25) as g(n);
\set FETCH_COUNT 0
select n % 2 as odd, n % 3 as third, count(*)::int from generate_series(1, 12) as g(n)
  group by 1, 2 order by 1, 2 \crosstabview odd third count
select format('select %s as made', n) from generate_series(1, 2) as g(n) \gexec
select n, repeat('x', n) as xs from generate_series(1, 2) as g(n) \gx
\set ON_ERROR_ROLLBACK on
begin;
select 1 / 0;
\echo :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE
select 'still in the transaction' as state;
commit;
\set ON_ERROR_ROLLBACK off
\echo :SERVER_VERSION_NUM :ENCODING :SQLSTATE :ROW_COUNT
create table by_psql (a int, b text);
\copy by_psql from stdin with (format csv)
1,"one, two"
2,
\.
\copy (select * from by_psql order by a) to stdout with (format csv, header)
insert into by_psql values (3, 'three') returning *;
begin;
delete from by_psql;
select nope from by_psql;
select 1;
rollback;
select count(*) from by_psql;
select 1/0;
select * from missing_table;
selec 1;
\d by_psql
\dt by_psql
\d otel_logs_and_spans
drop table by_psql;
select client_addr = inet_client_addr() as address, client_port = inet_client_port() as port,
  inet_server_port() > 0 as served, inet_server_addr() as at
  from pg_stat_activity where pid = pg_backend_pid();
