# DBD::Pg: placeholders, prepared statements, metadata, COPY, savepoints. Argument: the port.
use strict;
use warnings;
use utf8;
use DBI qw(:sql_types);
use DBD::Pg qw(:pg_types);
binmode STDOUT, ':utf8';

sub say_that {
    my ($what, @values) = @_;
    print "$what: ", join(' | ', map { defined $_ ? (ref $_ ? '{' . join(',', map { $_ // 'undef' } @$_) . '}' : $_) : 'undef' } @values), "\n";
}

my $db = DBI->connect("dbi:Pg:host=127.0.0.1;port=$ARGV[0];dbname=postgres", 'postgres', '',
    { RaiseError => 1, PrintError => 0, AutoCommit => 1, pg_enable_utf8 => 1 });
say_that('ping', $db->ping);
say_that('version', $db->{pg_server_version} >= 150000 ? 'at least 15' : $db->{pg_server_version});

my $spans = $db->prepare('select id, duration, name, timestamp, body, hashes, context___is_remote, date, '
    . 'message_size_bytes from otel_logs_and_spans where project_id = ? and timestamp >= ? order by timestamp');
for my $round (1 .. 3) {
    $spans->execute('clients', '2000-01-01');
    my $rows = $spans->fetchall_arrayref;
    next if $round < 3;
    say_that('span', @$_) for @$rows;
}
say_that('names', @{ $spans->{NAME} });
say_that('types', @{ $spans->{pg_type} });
my $echo = $db->prepare('select ?::int8 + 1, ?::numeric, ?::text, ?::bytea, ?::int[], ?::bool');
$echo->bind_param(1, 41, SQL_BIGINT);
$echo->bind_param(2, '12345678901234567890.10', SQL_NUMERIC);
$echo->bind_param(3, "naïve 'quoted'");
$echo->bind_param(4, "\x00\xff", { pg_type => PG_BYTEA });
$echo->bind_param(5, [1, undef, 3]);
$echo->bind_param(6, 't', SQL_BOOLEAN);
$echo->execute;
my @values = $echo->fetchrow_array;
$echo->finish;
$values[3] = unpack('H*', $values[3]);
say_that('values', @values);

$db->do('create table by_dbd (a int primary key, b varchar(20) not null default \'x\', c timestamptz)');
my $insert = $db->prepare('insert into by_dbd (a, b) values (?, ?) returning a');
for my $n (1 .. 3) { $insert->execute($n, "row $n"); say_that('returned', $insert->fetchrow_array) }
say_that('changed', $db->do('update by_dbd set b = ? where a > ?', undef, 'changed', 1));
$db->do('copy by_dbd (a, b) from stdin');
$db->pg_putcopydata("4\tfour\n");
$db->pg_putcopydata("5\tfive\n");
$db->pg_putcopyend;
$db->do('copy (select * from by_dbd order by a) to stdout');
my ($line, @lines);
push @lines, $line =~ s/\n//r while $db->pg_getcopydata($line) >= 0;
say_that('copied', @lines);

$db->begin_work;
$db->pg_savepoint('sp');
eval { $db->do('insert into by_dbd values (1)') };
say_that('duplicate', $db->state, $db->errstr =~ s/\n.*//sr);
$db->pg_rollback_to('sp');
$db->do('delete from by_dbd where a = 1');
$db->commit;
say_that('left', $db->selectrow_array('select count(*), max(b) from by_dbd'));

say_that('table', @{$_}{qw(TABLE_SCHEM TABLE_NAME TABLE_TYPE)})
    for @{ $db->table_info(undef, 'public', 'by_dbd', 'TABLE')->fetchall_arrayref({}) };
say_that('column', @{$_}{qw(COLUMN_NAME TYPE_NAME COLUMN_SIZE NULLABLE COLUMN_DEF ORDINAL_POSITION pg_type)})
    for @{ $db->column_info(undef, 'public', 'by_dbd', undef)->fetchall_arrayref({}) };
say_that('key', $db->primary_key(undef, 'public', 'by_dbd'));
say_that('index', @{$_}{qw(INDEX_NAME NON_UNIQUE COLUMN_NAME)})
    for @{ $db->statistics_info(undef, 'public', 'by_dbd', 0, 0)->fetchall_arrayref({}) };
for my $sql ('select nope', 'select 1/0') {
    eval { $db->selectrow_array($sql) };
    say_that('error', $db->state, $db->errstr =~ s/\n.*//sr);
}
$_->finish for $insert, $echo, $spans;
$db->do('drop table by_dbd');
$db->disconnect;
