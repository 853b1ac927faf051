<?php
// PDO_pgsql and ext/pgsql: placeholders both ways, types, LOBs, scrolling, COPY, errors, metadata,
// prepared statements after DDL, results of several statements, cancel. Argument: the port.
$port = (int) $argv[1];

function say(string $what, mixed $value): void
{
    $flags = JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION;
    echo "$what: ", json_encode($value, $flags), "\n";
}

/** Says what the call gives, or the SQLSTATE and the lines of its error. */
function attempt(string $what, callable $call): void
{
    try {
        say($what, $call());
    } catch (PDOException $error) {
        say($what, [$error->getCode(), explode("\n", $error->getMessage())]);
    }
}

function hexOf(mixed $value): string
{
    return bin2hex(is_resource($value) ? stream_get_contents($value) : $value);
}

$dsn = "pgsql:host=127.0.0.1;port=$port;dbname=postgres";
$db = new PDO($dsn, 'postgres', 'x', [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
say('pid', $db->pgsqlGetPid() > 0);
say('status', $db->getAttribute(PDO::ATTR_CONNECTION_STATUS));
$db->exec("create table by_php (id serial primary key, name text not null, n numeric(10,2), b boolean,
    raw bytea, at timestamptz default '2024-01-01 00:00Z', j jsonb, arr int[], f float8, big bigint,
    u uuid, d date, vc varchar(5), c char(3))");
$db->exec('create table php_child (id int references by_php (id) on delete cascade, x text unique)');

$columns = ['name', 'n', 'b', 'raw', 'j', 'arr', 'f', 'big', 'u', 'd', 'vc', 'c'];
$insert = 'insert into by_php (' . implode(', ', $columns) . ') values (:' . implode(', :', $columns)
    . ') returning id, raw';
foreach ([false, true] as $emulate) {
    $db->setAttribute(PDO::ATTR_EMULATE_PREPARES, $emulate);
    say('placeholders are replaced here', $emulate);
    $statement = $db->prepare($insert);
    for ($i = 0; $i < 3; $i++) {
        $lob = fopen('php://memory', 'r+');
        fwrite($lob, "\x00\xff'\\$i");
        rewind($lob);
        $statement->bindValue('name', "naïve 'quoted' ? :x \\ $i");
        $statement->bindValue('n', '12.34');
        $statement->bindValue('b', $i % 2 === 0, PDO::PARAM_BOOL);
        $statement->bindValue('raw', $lob, PDO::PARAM_LOB);
        $statement->bindValue('j', '{"a": [1, null]}');
        $statement->bindValue('arr', '{1,NULL,3}');
        $statement->bindValue('f', 0.1);
        $statement->bindValue('big', '9007199254740993', PDO::PARAM_INT);
        $statement->bindValue('u', $i === 0 ? null : '6ba7b810-9dad-11d1-80b4-00c04fd430c8');
        $statement->bindValue('d', '2024-02-29');
        $statement->bindValue('vc', 'abc');
        $statement->bindValue('c', 'z');
        $statement->execute();
        $row = $statement->fetch(PDO::FETCH_NUM);
        say('inserted', [$row[0], hexOf($row[1])]);
    }
    say('last id', [$db->lastInsertId(), $db->lastInsertId('by_php_id_seq')]);
    $query = $db->query('select * from by_php order by id');
    foreach ($query->fetchAll(PDO::FETCH_ASSOC) as $row) {
        say('row', ['raw' => hexOf($row['raw'])] + $row);
    }
    for ($i = 0; $i < $query->columnCount(); $i++) {
        $meta = $query->getColumnMeta($i);
        unset($meta['pgsql:table_oid']);
        say('column', $meta);
    }
    $ask = function (string $sql, array $values) use ($db): array {
        $statement = $db->prepare($sql);
        $statement->execute($values);
        return $statement->fetchAll(PDO::FETCH_NUM);
    };
    attempt('bad int', fn() => $ask('select ?::int', ['abc']));
    attempt('empty', fn() => $ask('select ?::date', ['']));
    attempt('untyped', fn() => $ask('select ?, ? + 1, coalesce(?, 5)', ['abc', 2, null]));
    attempt('limit', fn() => $ask('select id from by_php order by id limit ? offset ?', [2, 1]));
    attempt('operator', fn() => $ask("select j ?? 'a', j ??| array['z'] from by_php where id = ?", [1]));
    attempt('unknown', fn() => $db->query('select nope from by_php'));
    attempt('syntax', fn() => $db->query('select from where'));
    attempt('duplicate', fn() => $db->exec("insert into by_php (id, name) values (1, 'x')"));
    attempt('not null', fn() => $db->exec('insert into by_php (id) values (100)'));
    attempt('foreign key', fn() => $db->exec("insert into php_child values (999, 'x')"));
    attempt('too long', fn() => $db->exec("insert into by_php (name, vc) values ('x', 'toolong')"));
    attempt('several', fn() => $db->exec("select 1; insert into php_child values (2, 'm'); delete from php_child"));

    $db->beginTransaction();
    $db->exec('savepoint a');
    attempt('division', fn() => $db->exec('select 1/0'));
    attempt('aborted', fn() => $db->query('select 1'));
    $db->exec('rollback to a');
    $scroll = $db->prepare('select id from by_php order by id', [PDO::ATTR_CURSOR => PDO::CURSOR_SCROLL]);
    $scroll->execute();
    $moves = [[PDO::FETCH_ORI_LAST, 0], [PDO::FETCH_ORI_FIRST, 0], [PDO::FETCH_ORI_NEXT, 0],
        [PDO::FETCH_ORI_PRIOR, 0], [PDO::FETCH_ORI_ABS, 3], [PDO::FETCH_ORI_REL, -1]];
    say('scrolled', array_map(fn($move) => $scroll->fetch(PDO::FETCH_NUM, ...$move), $moves));
    $scroll = null;
    $db->commit();
    say('copied in', $db->pgsqlCopyFromArray('php_child', ["1\tone\n", "2\ttwo", "\\N\tnull"]));
    say('copied out', $db->pgsqlCopyToArray('php_child', ';', 'NIL'));
    attempt('bad copy', fn() => $db->pgsqlCopyFromArray('php_child', ["x\tone\n"]));
    $db->exec('delete from php_child');
    $db->exec('listen php');
    $db->exec("notify php, 'hello'");
    say('heard', array_slice($db->pgsqlGetNotify(PDO::FETCH_NUM, 1000), 0, 1));
}
$db->setAttribute(PDO::ATTR_EMULATE_PREPARES, false);
attempt('after DDL', function () use ($db): array {
    $statement = $db->prepare('select * from php_child');
    $statement->execute();
    $db->exec('alter table php_child add column y int default 5');
    $statement->execute();
    return $statement->fetchAll();
});
say('object', $db->query('select 1 as i, 1.5::float8 as f, true as t, null as n, 1.50 as m')->fetchObject());
$db = null;

$db = pg_connect("host=127.0.0.1 port=$port dbname=postgres user=postgres password=x "
    . "application_name=php options='-c statement_timeout=20s -c DateStyle=German'");
say('connected', [pg_parameter_status($db, 'server_encoding'), pg_dbname($db), pg_client_encoding($db)]);
say('settings', pg_fetch_row(pg_query($db, "select current_setting('statement_timeout'),
    current_setting('datestyle'), current_setting('application_name'), date '2024-02-29'")));
$values = ['name' => "o'neil", 'n' => '5.5', 'b' => 'true', 'f' => '1.5', 'd' => '2024-01-02', 'j' => '{}'];
say('inserted', pg_insert($db, 'by_php', $values) !== false);
say('update', pg_update($db, 'by_php', ['n' => '6.5'], ['name' => "o'neil"], PGSQL_DML_STRING));
say('deleted', pg_delete($db, 'by_php', ['name' => "o'neil"]));
say('meta', pg_meta_data($db, 'by_php'));
say('more meta', array_map(fn($column) => array_diff_key($column, ['attrelid' => 0]),
    pg_meta_data($db, 'by_php', true)));
$result = pg_query_params($db, 'select $1::int + $2, $3::text, $4::bytea',
    [1, '2', null, pg_escape_bytea($db, "\x00\x01\xff")]);
$row = pg_fetch_row($result);
say('parameters', [bin2hex(pg_unescape_bytea($row[2])), ...array_slice($row, 0, 2)]);
pg_prepare($db, 'add', 'insert into php_child (id, x) values ($1, $2) returning *');
say('prepared', pg_fetch_assoc(pg_execute($db, 'add', [1, 'a'])));
$fields = ['SEVERITY', 'SQLSTATE', 'MESSAGE_PRIMARY', 'MESSAGE_DETAIL', 'STATEMENT_POSITION', 'CONTEXT',
    'SCHEMA_NAME', 'TABLE_NAME', 'COLUMN_NAME', 'CONSTRAINT_NAME'];
$statements = ['select * from php_child whree id = 1', "insert into php_child (id, x) values (1, 'a')",
    'insert into by_php (id) values (7)', 'do $$ begin raise exception \'no %\', 1; end $$'];
foreach ($statements as $sql) {
    pg_send_query($db, $sql);
    $result = pg_get_result($db);
    say('error', array_map(fn($field) => pg_result_error_field($result, constant("PGSQL_DIAG_$field")), $fields));
    pg_get_result($db);
}
pg_send_query($db, 'select 1 as a; select 2 as b; select 1/0; select 4');
while ($result = pg_get_result($db)) {
    say('result', [pg_result_status($result, PGSQL_STATUS_STRING), pg_fetch_all($result),
        pg_result_error_field($result, PGSQL_DIAG_SQLSTATE)]);
}
say('copied in', pg_copy_from($db, 'php_child', ["2\tb\t7\n"]));
say('copied out', pg_copy_to($db, 'php_child', '|', 'nil'));
pg_query($db, "do $$ begin raise notice 'hello %', 5; end $$");
say('notice', pg_last_notice($db));
pg_send_query($db, 'select pg_sleep(30)');
usleep(200_000);
say('cancelled', pg_cancel_query($db));
pg_set_client_encoding($db, 'LATIN1');
say('latin1', bin2hex(pg_fetch_result(pg_query($db, "select 'caf' || chr(233)"), 0, 0)));
pg_query($db, 'begin');
say('transaction', pg_transaction_status($db) === PGSQL_TRANSACTION_INTRANS);
pg_query($db, 'rollback');
pg_query($db, 'drop table php_child, by_php');
try {
    new PDO(str_replace('=postgres', '=nonesuch', $dsn), 'postgres', 'x');
} catch (PDOException $error) {
    say('no database', str_replace((string) $port, 'PORT', $error->getMessage()));
}
