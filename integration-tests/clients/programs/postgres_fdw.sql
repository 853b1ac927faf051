-- postgres_fdw and dblink of a PostgreSQL 15 onto the server at port :rport.
set client_min_messages to warning;
set timezone to 'UTC';
create extension postgres_fdw;
create extension dblink;
create server s foreign data wrapper postgres_fdw
  options (host '127.0.0.1', port :'rport', dbname 'postgres', fetch_size '7');
create user mapping for postgres server s options (user 'postgres', password 'x');
create schema shop;
create type shop.mood as enum ('sad', 'ok', 'happy');
import foreign schema shop from server s into shop
  options (import_default 'true', import_generated 'true');
\d shop.*
select * from shop.customers where id < 4 order by id;
-- Aggregates, joins, outer joins and semi-joins that are sent.
explain (verbose, costs off)
  select c.name, sum(o.amount) from shop.customers c join shop.orders o on o.customer = c.id
  where c.id < 3 group by c.name order by 1;
select c.name, sum(o.amount), count(*) from shop.customers c
  join shop.orders o on o.customer = c.id
  group by c.name order by sum(o.amount) desc, c.name collate "C" limit 5;
select count(*), count(distinct customer), avg(amount), stddev(amount),
  string_agg(id::text, ',' order by id) filter (where id < 6) from shop.orders;
select * from shop.totals order by customer limit 3;
select c.id, o.id from shop.customers c
  left join shop.orders o on o.customer = c.id and o.amount > 490 order by 1, 2 limit 10;
select c.id from shop.customers c
  where exists (select 1 from shop.orders o where o.customer = c.id and o.amount > 499) order by 1;
-- Conditions that are sent, of many types.
select id from shop.customers where name like 'c1%' and mood = 'ok' order by id;
select id from shop.customers where tags @> array['t3'] or meta->>'n' = '7'
  or token = '00000000-0000-0000-0000-000000000009'
  or seen between '2024-01-01 11:00+00' and '2024-01-01 12:00+00'
  or raw = '\x0010'::bytea or ch = 'x20' or vc = 'v25' or r @> 54 or f8 > 16.5
  or span > interval '48 days' order by id;
select id from shop.customers
  where born is distinct from date '2000-01-05' and id = any (array[3, 4, 5]) order by id;
-- Writes: one by one, in batches, straight, and row by row by ctid.
insert into shop.orders (id, customer, amount, placed)
  values (5001, 1, 1.5, '2025-01-01') returning *;
alter server s options (add batch_size '10');
insert into shop.orders (id, customer, amount, placed)
  select 7000 + g, 2, g, '2025-01-01' from generate_series(1, 25) g;
update shop.orders set amount = amount + 1 where id > 7000 and customer = 2;
update shop.orders set amount = amount + (random() * 0)::int where id = 7001 returning id, amount;
delete from shop.orders where id > 7020 and random() >= 0 returning id;
update shop.orders o set amount = c.id from shop.customers c
  where c.id = o.customer and o.id = 7002 returning o.id, c.name, o.amount;
delete from shop.orders using shop.customers c where c.id = orders.customer and orders.id > 7015;
insert into shop.customers (id) values (1) on conflict do nothing;
insert into shop.customers (id, raw, f8, f4, tags, meta, span)
  values (60, '\xdeadbeef', 'NaN', '-Infinity', '{}', '{"a": [1, 2]}', '1 mon') returning *;
copy shop.orders (id, customer, amount, placed) from stdin;
8001	1	1.0	2025-01-01
8002	2	2.0	2025-01-01
\.
-- Errors, with the command that met them.
insert into shop.customers (id) values (1);
insert into shop.orders (id, customer, amount, placed) values (9001, 1, -1, '2025-01-01');
insert into shop.orders (id, customer, amount, placed) values (9001, 999, 1, '2025-01-01');
-- Transactions, savepoints, locks, cursors.
begin;
update shop.orders set amount = 0 where id = 5001;
savepoint a;
update shop.orders set amount = 7 where id = 5001;
rollback to a;
insert into shop.customers (id) values (1);
rollback to a;
select amount from shop.orders where id = 5001 for update;
select amount from shop.orders where id = 5001 for share;
commit;
begin isolation level serializable;
declare c cursor for select id from shop.orders order by id;
fetch 3 from c;
move 20 from c;
fetch 1 from c;
commit;
prepare p (int) as select name from shop.customers where id = $1;
execute p(1);
execute p(2);
-- Estimates of the server, its statistics.
analyze shop.orders;
select reltuples from pg_class where oid = 'shop.orders'::regclass;
alter server s options (add use_remote_estimate 'true', add async_capable 'true');
select c.name, sum(o.amount) from shop.customers c
  join shop.orders o on o.customer = c.id where c.id < 3 group by c.name order by 1;
select count(*) from (select id from shop.customers union all select id from shop.orders) x;
truncate shop.orders;
select count(*) from shop.orders;
select postgres_fdw_disconnect_all();
-- dblink: its cursors, results that are sent for, notifications, cancel.
select dblink_connect('k', 'host=127.0.0.1 dbname=postgres user=postgres password=x port=' || :'rport');
select dblink_exec('k', 'create table shop.dbl (a int primary key, b text)');
select dblink_exec('k', 'insert into shop.dbl values (1, ''x''), (2, null)');
select * from dblink('k', 'select * from shop.dbl order by a') as t (a int, b text);
select dblink_open('k', 'cur', 'select g from generate_series(1, 10) g');
select * from dblink_fetch('k', 'cur', 3) as t (g int);
select dblink_close('k', 'cur');
select dblink_send_query('k', 'select 42; select 43');
select * from dblink_get_result('k') as t (a int);
select * from dblink_get_result('k') as t (a int);
select * from dblink_get_result('k') as t (a int);
select * from dblink('k', 'select 1/0') as t (a int);
select dblink_exec('k', 'listen ch');
select dblink_exec('k', 'notify ch, ''hi''');
select notify_name, extra from dblink_get_notify('k');
select dblink_send_query('k', 'select pg_sleep(30)');
select pg_sleep(0.3);
select dblink_cancel_query('k');
select * from dblink_get_result('k') as t (a text);
select * from dblink_get_result('k') as t (a text);
select dblink_exec('k', 'drop schema shop cascade');
select dblink_disconnect('k');
