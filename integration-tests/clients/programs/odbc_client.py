"""psqlodbc through unixODBC, called by ctypes. Argument: the port."""
import ctypes
import sys
from ctypes import byref, c_char_p, c_double, c_int64, c_long, c_short, c_void_p, create_string_buffer

odbc = ctypes.CDLL("libodbc.so.2")
SUCCESS, WITH_INFO, NO_DATA, NTS = 0, 1, 100, -3
C_CHAR, C_DOUBLE, C_SBIGINT = 1, 8, -25
SQL_VARCHAR, SQL_DOUBLE, SQL_BIGINT = 12, 8, -5


def say(what, value):
    print(f"{what}: {value!r}")


class OdbcError(Exception):
    pass


def call(handle_type, handle, name, *arguments):
    result = getattr(odbc, name)(handle, *arguments)
    if ctypes.c_short(result).value in (SUCCESS, WITH_INFO, NO_DATA):
        return result
    state, text = create_string_buffer(6), create_string_buffer(1000)
    odbc.SQLGetDiagRec(c_short(handle_type), handle, 1, state, None, text, 1000, None)
    raise OdbcError(state.value.decode(), text.value.decode())


def allocate(handle_type, parent):
    handle = c_void_p()
    odbc.SQLAllocHandle(c_short(handle_type), parent, byref(handle))
    return handle


def connect(port, options=""):
    environment = allocate(1, None)
    odbc.SQLSetEnvAttr(environment, 200, c_void_p(3), 0)
    connection = allocate(2, environment)
    text = f"DRIVER={{PostgreSQL Unicode}};SERVER=127.0.0.1;PORT={port};DATABASE=postgres;UID=postgres;{options}"
    call(2, connection, "SQLDriverConnect", None, c_char_p(text.encode()), NTS, None, 0, None, 0)
    return connection


class Statement:
    def __init__(self, connection):
        self.handle = allocate(3, connection)
        self.bound = []

    def call(self, name, *arguments):
        return call(3, self.handle, name, *arguments)

    def bind(self, number, value):
        length = c_long(NTS)
        if isinstance(value, int):
            data, c_type, sql_type, pointer = c_int64(value), C_SBIGINT, SQL_BIGINT, None
        elif isinstance(value, float):
            data, c_type, sql_type = c_double(value), C_DOUBLE, SQL_DOUBLE
        else:
            data, c_type, sql_type = create_string_buffer(value.encode()), C_CHAR, SQL_VARCHAR
        self.bound.append((data, length))
        size = c_long(len(value) if isinstance(value, str) else 0)
        pointer = byref(length) if isinstance(value, str) else None
        self.call("SQLBindParameter", number, 1, c_type, sql_type, size, 0, byref(data), c_long(0), pointer)

    def execute(self, sql, *parameters):
        self.call("SQLPrepare", c_char_p(sql.encode()), NTS)
        for index, value in enumerate(parameters):
            self.bind(index + 1, value)
        self.call("SQLExecute")
        return self

    def columns(self):
        count = c_short()
        self.call("SQLNumResultCols", byref(count))
        described = []
        for number in range(1, count.value + 1):
            name, sql_type = create_string_buffer(100), c_short()
            self.call("SQLDescribeCol", number, name, 100, None, byref(sql_type), None, None, None)
            described.append((name.value.decode(), sql_type.value))
        return described

    def rows(self, only=None):
        numbers = only or range(1, len(self.columns()) + 1)
        found = []
        while self.call("SQLFetch") != NO_DATA:
            found.append(tuple(self.value(number) for number in numbers))
        self.close()
        return found

    def close(self):
        odbc.SQLFreeHandle(c_short(3), self.handle)

    def value(self, number):
        text, length = create_string_buffer(4000), c_long()
        self.call("SQLGetData", number, C_CHAR, text, c_long(4000), byref(length))
        return None if length.value < 0 else text.value.decode()


def run(connection, sql, *parameters):
    """Rows of a query, nothing of a command."""
    statement = Statement(connection)
    try:
        statement.execute(sql, *parameters)
        if statement.columns():
            return statement.rows()
    except OdbcError:
        statement.close()
        raise
    statement.close()


SPANS = """select id, duration, duration::float8 / 8 as eighth, duration / 1000.0 as thousandth, name,
    timestamp, body, hashes, context___is_remote as remote, date, message_size_bytes
    from otel_logs_and_spans where project_id = ? and timestamp >= ?::timestamptz order by timestamp"""


def read(port, options):
    connection = connect(port, options)
    spans = Statement(connection).execute(SPANS, "clients", "2000-01-01")
    say("columns", spans.columns())
    say("spans", spans.rows())
    say("parameters", run(connection, "select ?::int8 + 1, ?::float8 * 2, ?::text", 41, 0.25, "naïve"))
    say("series", len(run(connection, "select n from generate_series(1, 250) as g(n)")))
    run(connection, "create table by_odbc (a int, b text)")
    for number in (1, 2):
        run(connection, "insert into by_odbc values (?, ?)", number, f"row {number}")
    say("inserted", run(connection, "select * from by_odbc order by a"))
    for sql in ("select nope", "select 1/0"):
        try:
            run(connection, sql)
        except OdbcError as error:
            say("error", (error.args[0], error.args[1].split("\n")[0]))
    say("usable", run(connection, "select 1"))
    describe(connection)
    run(connection, "drop table by_odbc")
    odbc.SQLDisconnect(connection)


def describe(connection):
    tables = Statement(connection)
    tables.call("SQLTables", None, 0, c_char_p(b"public"), NTS, c_char_p(b"by_odbc"), NTS, c_char_p(b"TABLE"), NTS)
    say("tables", tables.rows(range(2, 5)))
    columns = Statement(connection)
    columns.call("SQLColumns", None, 0, c_char_p(b"public"), NTS, c_char_p(b"otel_logs_and_spans"), NTS, None, 0)
    say("columns of spans", columns.rows((4, 5, 6, 11)))
    run(connection, "create table odbc_keys (a int, b varchar(20) not null unique, c numeric(9, 2) default 1.5, primary key (a, b))")
    run(connection, "create view odbc_view as select a, b from odbc_keys")
    keys = (None, 0, c_char_p(b"public"), NTS, c_char_p(b"odbc_keys"), NTS)
    some = (None, 0, c_char_p(b"public"), NTS, c_char_p(b"odbc%"), NTS)
    catalog(connection, "SQLTables", *some, c_char_p(b"TABLE,VIEW"), NTS)
    catalog(connection, "SQLColumns", *some, None, 0, without=(23,))
    catalog(connection, "SQLPrimaryKeys", *keys)
    catalog(connection, "SQLForeignKeys", *keys, None, 0, None, 0, None, 0)
    catalog(connection, "SQLStatistics", *keys, c_short(0), c_short(0), without=(11, 12))
    catalog(connection, "SQLSpecialColumns", c_short(1), *keys, c_short(0), c_short(1))
    catalog(connection, "SQLSpecialColumns", c_short(2), *keys, c_short(0), c_short(1))
    catalog(connection, "SQLTablePrivileges", *some)
    catalog(connection, "SQLProcedures", None, 0, c_char_p(b"pg_catalog"), NTS, c_char_p(b"date_trunc"), NTS)
    catalog(connection, "SQLProcedureColumns", None, 0, c_char_p(b"pg_catalog"), NTS, c_char_p(b"substr"), NTS, None, 0)
    catalog(connection, "SQLGetTypeInfo", c_short(0))
    run(connection, "drop view odbc_view")
    run(connection, "drop table odbc_keys")


def catalog(connection, name, *arguments, without=()):
    """Columns and rows of a catalog function, sorted: its order is not that of all columns."""
    statement = Statement(connection)
    statement.call(name, *arguments)
    columns = statement.columns()
    say(name, columns)
    numbers = [number for number in range(1, len(columns) + 1) if number not in without]
    for row in sorted(statement.rows(numbers), key=str):
        say("  ", row)


for options in ("", "UseServerSidePrepare=0;", "UseDeclareFetch=1;Fetch=100;"):
    say("options", options)
    read(sys.argv[1], options)
