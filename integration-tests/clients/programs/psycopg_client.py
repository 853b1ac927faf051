"""psycopg 3: text and binary results, server cursors, pipelines, COPY. Argument: the port."""
import logging
import sys
from datetime import datetime, timezone

import psycopg
from psycopg.types import TypeInfo
from psycopg.types.json import Jsonb

logging.disable()
PROJECT = "clients"
SINCE = datetime(2000, 1, 1, tzinfo=timezone.utc)
SPANS = """
    select id, duration, duration::float8 / 8 as eighth, duration / 1000.0 as thousandth, name,
    timestamp, body, hashes, context___is_remote as remote, date,
    attributes___http___response___status_code as status, message_size_bytes
    from otel_logs_and_spans where project_id = %s and timestamp >= %s order by timestamp
"""


def say(what, value):
    print(f"{what}: {value!r}")


def read_spans(connection):
    for binary in (False, True):
        cursor = connection.cursor(binary=binary)
        for round in range(7):
            rows = cursor.execute(SPANS, (PROJECT, SINCE)).fetchall()
        say(f"spans binary={binary}", rows)
        say("types", [(column.name, column.type_code) for column in cursor.description])
        values = (2**53 + 1, 0.1, "12345678901234567890.10", Jsonb({"k": [1]}), ["x", None, 'y"'])
        query = "select %s::int8, %s::float8, %s::numeric, %s::jsonb, %s::text[], %b::bytea"
        say("parameters", cursor.execute(query, (*values, b"\x00\xff")).fetchone())


def read_in_parts(connection):
    with connection.transaction(), connection.cursor("named") as cursor:
        cursor.itersize = 10
        cursor.execute("select n from generate_series(1, 25) as g(n)")
        say("named cursor", (cursor.fetchmany(10)[-1], len(cursor.fetchall())))
    with connection.pipeline():
        cursors = [connection.execute("select %s::int + 1", (n,)) for n in range(3)]
    say("pipeline", [cursor.fetchone() for cursor in cursors])


def copy(connection):
    cursor = connection.cursor()
    cursor.execute("create table by_psycopg (a int8, b text, c timestamptz)")
    rows = [(1, "one\ttab", SINCE), (2, None, None), (3, "", SINCE)]
    with cursor.copy("copy by_psycopg from stdin") as target:
        for row in rows:
            target.write_row(row)
    with cursor.copy("copy by_psycopg (a, b, c) from stdin (format binary)") as target:
        target.set_types(["int8", "text", "timestamptz"])
        target.write_row((4, "binary", SINCE))
    with cursor.copy("copy (select * from by_psycopg order by a) to stdout") as source:
        say("copied", b"".join(bytes(data) for data in source))
    with cursor.copy("copy (select * from by_psycopg order by a) to stdout (format binary)") as source:
        source.set_types(["int8", "text", "timestamptz"])
        say("copied binary", list(source.rows()))
    cursor.executemany("insert into by_psycopg values (%s, %s, %s)", [(n, str(n), SINCE) for n in (5, 6)])
    say("rows", cursor.rowcount)
    say("sum", cursor.execute("select sum(a), count(b) from by_psycopg").fetchone())


def describe(connection):
    for name in ("uuid", "jsonb", "timestamptz", "numeric"):
        info = TypeInfo.fetch(connection, name)
        say("type", (info.name, info.oid, info.array_oid, info.regtype, info.delimiter))
    with connection.cursor(binary=True) as cursor:
        streamed = [row[0] for row in cursor.stream("select n from generate_series(1, %s) as g(n)", (7,))]
    say("streamed", streamed)
    with connection.transaction(), connection.cursor("scrolls", scrollable=True) as cursor:
        cursor.execute("select n from generate_series(1, 9) as g(n)")
        cursor.scroll(4)
        say("scrolled", (cursor.fetchone(), cursor.scroll(-2), cursor.fetchmany(2)))
    with connection.pipeline() as pipeline:
        cursor = connection.cursor()
        cursor.executemany("select %s::int", [(n,) for n in range(4)], returning=True)
        pipeline.sync()
        results = [cursor.fetchone()]
        while cursor.nextset():
            results.append(cursor.fetchone())
    say("many", results)
    try:
        with connection.pipeline():
            connection.execute("select 1/0")
            connection.execute("select 1")
    except psycopg.Error as error:
        say("pipeline fails", error.sqlstate)
    connection.rollback()


def fail(connection):
    for query in ("select nope", "select 1/0", "select * from missing", "select 'x'::int"):
        try:
            with connection.transaction():
                connection.execute(query)
        except psycopg.Error as error:
            say("error", (type(error).__name__, error.sqlstate, error.diag.message_primary))
    say("usable", connection.execute("select 1").fetchone())


with psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=postgres dbname=postgres") as connection:
    say("encoding", connection.info.encoding)
    read_spans(connection)
    read_in_parts(connection)
    copy(connection)
    connection.commit()
    describe(connection)
    fail(connection)
    connection.execute("drop table by_psycopg")
