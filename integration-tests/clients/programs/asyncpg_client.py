"""asyncpg: all binary, Describe with Flush, type introspection, cursors, COPY, pool. Argument: the port."""
import asyncio
import sys
import uuid
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import asyncpg

SINCE = datetime(2000, 1, 1, tzinfo=timezone.utc)
SPANS = """select id, duration, duration::float8 / 8 as eighth, duration / 1000.0 as thousandth, name,
    timestamp, body, hashes, context___is_remote as remote, date,
    attributes___http___response___status_code as status, message_size_bytes
    from otel_logs_and_spans where project_id = $1 and timestamp >= $2 order by timestamp"""


def say(what, value):
    print(f"{what}: {value!r}")


async def read(connection):
    say("spans", [dict(row) for row in await connection.fetch(SPANS, "clients", SINCE)])
    values = (
        2**53 + 1,
        Decimal("12345678901234567890.10"),
        0.1,
        "naïve",
        date(2025, 1, 31),
        time(12, 34, 56, 789),
        SINCE,
        timedelta(days=40, seconds=2),
        [1, None, 3],
        ["a", 'q"uote', None],
        uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"),
        '{"k": [1, null]}',
        True,
        b"\x00\xff",
    )
    types = "int8 numeric float8 text date time timestamptz interval int4[] text[] uuid jsonb bool bytea"
    marks = ", ".join(f"${i + 1}::{name}" for i, name in enumerate(types.split()))
    say("values", tuple(await connection.fetchrow(f"select {marks}", *values)))
    say("jsonb[]", await connection.fetchval("select $1::jsonb[]", ["1", '{"a": 2}', None]))
    say("numeric[]", await connection.fetchval("select $1::numeric[]", [Decimal("1.50"), None]))
    say("row", tuple(await connection.fetchval("select row(1, 'x'::text, null::int8)")))
    statement = await connection.prepare("select $1::int4 + n as sum from generate_series(1, 3) as g(n)")
    say("prepared", ([type.name for type in statement.get_parameters()], await statement.fetch(10)))
    say("attributes", [(each.name, each.type.name) for each in statement.get_attributes()])


async def write(connection):
    await connection.execute("create table by_asyncpg (a int4, b text, c timestamptz)")
    await connection.executemany(
        "insert into by_asyncpg values ($1, $2, $3)", [(n, f"row {n}", SINCE) for n in range(3)]
    )
    say("copied in", await connection.copy_records_to_table("by_asyncpg", records=[(3, None, SINCE), (4, "é", None)]))
    chunks = []

    async def keep(chunk):
        chunks.append(bytes(chunk))

    await connection.copy_from_query("select * from by_asyncpg order by a", output=keep, format="csv", header=True)
    say("copied out", b"".join(chunks))
    async with connection.transaction():
        cursor = await connection.cursor("select a from by_asyncpg order by a")
        say("cursor", (await cursor.fetch(2), await cursor.forward(1), await cursor.fetch(5)))
        cursor = await connection.cursor("select a from by_asyncpg order by a")
        say("moved first", (await cursor.forward(2), await cursor.fetchrow()))
    try:
        async with connection.transaction():
            await connection.execute("delete from by_asyncpg")
            async with connection.transaction():
                await connection.execute("select 1/0")
    except asyncpg.PostgresError as error:
        say("error", (type(error).__name__, error.sqlstate, error.message))
    say("rolled back", await connection.fetchval("select count(*) from by_asyncpg"))
    say("tag", await connection.execute("delete from by_asyncpg where a > 1; select 1"))
    statement = await connection.prepare("select * from by_asyncpg")
    await statement.fetch()
    await connection.execute("alter table by_asyncpg alter a type int8")
    try:
        await statement.fetch()
    except asyncpg.InvalidCachedStatementError as error:
        say("stale", error.sqlstate)
    await connection.execute("drop table by_asyncpg")


async def fail(connection):
    for query in ("select nope", "select * from missing", "select $1::int4 + 'x'::text"):
        try:
            await connection.fetch(query)
        except asyncpg.PostgresError as error:
            say("error", (type(error).__name__, error.sqlstate, error.message, error.position))
    try:
        await connection.fetch("select pg_sleep(20)", timeout=0.3)
    except asyncio.TimeoutError:
        say("timed out", await connection.fetchval("select 1"))


async def listen(connection):
    heard = asyncio.Queue()
    await connection.add_listener("channel", lambda _c, _pid, channel, payload: heard.put_nowait((channel, payload)))
    await connection.execute("select pg_notify('channel', 'hello')")
    say("heard", await asyncio.wait_for(heard.get(), 5))


async def pool(port):
    async with asyncpg.create_pool(
        host="127.0.0.1", port=port, user="postgres", database="postgres", min_size=2, max_size=2
    ) as connections:

        async def task(number):
            async with connections.acquire() as connection:
                await connection.execute(f"set application_name = 'task {number}'")
                return await connection.fetchval("select $1::int4 * 2", number)

        say("pool", await asyncio.gather(*(task(number) for number in range(6))))


async def main(port):
    connection = await asyncpg.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
    say("settings", (connection.get_settings().server_encoding, connection.get_server_version()[:2]))
    await read(connection)
    await write(connection)
    await fail(connection)
    await listen(connection)
    await connection.close()
    await pool(port)


asyncio.run(main(int(sys.argv[1])))
