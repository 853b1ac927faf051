"""psycopg2: simple protocol, adapters, server cursors, savepoints, COPY, cancel. Argument: the port."""
import io
import sys
import threading
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import psycopg2
import psycopg2.extras

SINCE = datetime(2000, 1, 1, tzinfo=timezone.utc)


def say(what, value):
    print(f"{what}: {value!r}")


def adapt(cursor):
    psycopg2.extras.register_uuid()
    values = (
        2**53 + 1,
        Decimal("12345678901234567890.10"),
        0.1,
        "naïve 'quoted' \\ back",
        date(2025, 1, 31),
        SINCE,
        timedelta(days=1, seconds=2),
        [1, None, 3],
        ["a", 'q"uote', None],
        uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"),
        psycopg2.extras.Json({"k": [1, None]}),
        True,
        None,
    )
    marks = "%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s"
    cursor.execute(f"select {marks}, %s::bytea", (*values, b"\x00\xff"))
    row = cursor.fetchone()
    say("values", row[:-1])
    say("bytes", bytes(row[-1]))
    say("types", [column.type_code for column in cursor.description])


def read_in_parts(connection):
    with connection.cursor("srv") as cursor:
        cursor.itersize = 50
        cursor.execute("select n from generate_series(1, 120) as g(n)")
        say("named", (cursor.fetchone(), len(cursor.fetchmany(60)), len(cursor.fetchall())))
    with connection.cursor("scrolls", scrollable=True) as cursor:
        cursor.execute("select n from generate_series(1, 10) as g(n)")
        cursor.scroll(5)
        first = cursor.fetchone()
        cursor.scroll(-3)
        say("scrolled", (first, cursor.fetchone()))
    with connection.cursor("held", withhold=True) as cursor:
        cursor.execute("select n from generate_series(1, 3) as g(n)")
        connection.commit()
        say("held", cursor.fetchall())
    connection.commit()


def write(connection):
    cursor = connection.cursor()
    cursor.execute("create table by_psycopg2 (a int primary key, b text, c timestamptz)")
    psycopg2.extras.execute_values(
        cursor, "insert into by_psycopg2 values %s returning a", [(n, f"row {n}", SINCE) for n in range(5)]
    )
    psycopg2.extras.execute_batch(
        cursor, "update by_psycopg2 set b = %s where a = %s", [("changed", 1), ("changed", 2)]
    )
    cursor.copy_expert("copy by_psycopg2 from stdin with csv", io.StringIO('5,"five, csv",2000-01-01\n6,,\n'))
    text = io.StringIO()
    cursor.copy_expert("copy (select * from by_psycopg2 order by a) to stdout", text)
    say("copied", text.getvalue())
    cursor.execute("savepoint sp")
    try:
        cursor.execute("insert into by_psycopg2 values (1, 'again')")
    except psycopg2.Error as error:
        say("duplicate", (type(error).__name__, error.pgcode, error.diag.constraint_name, error.diag.table_name))
        cursor.execute("rollback to savepoint sp")
    cursor.execute("delete from by_psycopg2 where a > %s", (3,))
    say("deleted", cursor.rowcount)
    connection.commit()
    cursor.execute("select count(*), max(b) from by_psycopg2")
    say("left", cursor.fetchone())
    cursor.execute("drop table by_psycopg2")
    connection.commit()


def fail(connection):
    cursor = connection.cursor()
    for query in ("select nope", "select 1/0", "select * from missing", "selec"):
        try:
            cursor.execute(query)
        except psycopg2.Error as error:
            say("error", (type(error).__name__, error.pgcode, error.diag.statement_position, str(error)))
        connection.rollback()
    threading.Timer(0.3, connection.cancel).start()
    try:
        cursor.execute("select pg_sleep(20)")
    except psycopg2.Error as error:
        say("cancelled", (type(error).__name__, error.pgcode, str(error)))
    connection.rollback()
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    try:
        cursor.execute("create table never (a int)")
    except psycopg2.Error as error:
        say("read only", error.pgcode)
    connection.rollback()
    connection.reset()
    cursor.execute("select current_setting('transaction_isolation')")
    say("isolation", cursor.fetchone())


connection = psycopg2.connect(f"host=127.0.0.1 port={sys.argv[1]} user=postgres dbname=postgres")
say("parameters", [connection.get_parameter_status(name) for name in ("DateStyle", "server_encoding")])
say("encoding", connection.encoding)
with connection.cursor() as first:
    adapt(first)
connection.commit()
read_in_parts(connection)
write(connection)
fail(connection)
connection.close()
