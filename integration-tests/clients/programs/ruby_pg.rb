# ruby-pg: exec_params, prepared statements, type maps, single rows, COPY, cancel. Argument: the port.
require 'pg'

def say(what, value)
  puts "#{what}: #{value.inspect}"
end

db = PG.connect(host: '127.0.0.1', port: ARGV[0].to_i, user: 'postgres', dbname: 'postgres')
say 'encoding', db.internal_encoding.to_s
say 'status', db.parameter_status('integer_datetimes')
spans = 'select id, duration, name, timestamp, body, hashes, context___is_remote, date, message_size_bytes ' \
        'from otel_logs_and_spans where project_id = $1 and timestamp >= $2 order by timestamp'
say 'spans', db.exec_params(spans, ['clients', '2000-01-01']).values
binary = db.exec_params('select $1::int8, $2::float8, $3::bytea', [41, 0.25, { value: "\x00\xFF".b, format: 1 }], 1)
say 'binary', binary.values.first.map { |value| value.unpack1('H*') }
db.prepare('twice', 'select $1::int * 2 as doubled')
say 'prepared', (1..3).map { |n| db.exec_prepared('twice', [n]).getvalue(0, 0) }
described = db.describe_prepared('twice')
say 'described', [described.paramtype(0), described.fname(0), described.ftype(0)]

db.type_map_for_results = PG::BasicTypeMapForResults.new(db)
typed = db.exec("select 1::int8 as i, 1.5::numeric as n, true as b, '{1,2}'::int[] as a, 0.1::float8 as f, null as z")
say 'typed', typed.first
db.type_map_for_results = PG::TypeMapAllStrings.new

db.exec('create table by_ruby (a int primary key, b text)')
db.copy_data('copy by_ruby from stdin', PG::TextEncoder::CopyRow.new) do
  db.put_copy_data([1, "one\ttab"])
  db.put_copy_data([2, nil])
end
rows = []
db.copy_data('copy (select * from by_ruby order by a) to stdout') { while (row = db.get_copy_data) do rows << row end }
say 'copied', rows
db.transaction do
  say 'inserted', db.exec_params('insert into by_ruby values ($1, $2), ($3, $4)', [3, 'three', 4, 'four']).cmd_tuples
end
begin
  db.transaction { db.exec("insert into by_ruby values (5, 'five'), (1, 'again')") }
rescue PG::UniqueViolation => error
  say 'duplicate', [error.result.error_field(PG::PG_DIAG_SQLSTATE), error.result.error_field(PG::PG_DIAG_CONSTRAINT_NAME)]
end
say 'count', db.exec('select count(*) from by_ruby').getvalue(0, 0)

db.send_query('select n from generate_series(1, 5) as g(n)')
db.set_single_row_mode
singles = []
while (result = db.get_result)
  singles << result.getvalue(0, 0) if result.result_status == PG::PGRES_SINGLE_TUPLE
end
say 'single rows', singles
db.enter_pipeline_mode
3.times { |n| db.send_query_params('select $1::int + 1', [n]) }
db.pipeline_sync
piped = []
until (result = db.get_result)&.result_status == PG::PGRES_PIPELINE_SYNC
  piped.concat(result.column_values(0)) if result
end
db.exit_pipeline_mode
say 'pipeline', piped

['select nope', 'select 1/0', 'select * from missing'].each do |sql|
  db.exec(sql)
rescue PG::Error => error
  say 'error', [error.class, error.result.error_field(PG::PG_DIAG_SQLSTATE), error.result.error_field(PG::PG_DIAG_STATEMENT_POSITION)]
end
db.send_query('select pg_sleep(20)')
sleep 0.3
db.cancel
begin
  db.get_last_result
rescue PG::QueryCanceled => error
  say 'cancelled', error.message
end
db.exec('listen channel')
db.exec("notify channel, 'hello'")
say 'heard', db.wait_for_notify(5) { |channel, _pid, payload| break [channel, payload] }
db.exec('drop table by_ruby')
db.close
