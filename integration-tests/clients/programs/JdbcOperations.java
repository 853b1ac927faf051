import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.time.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;

/** COPY, cancel, timeouts, savepoints, generated keys, binary transfer, cursors, LISTEN. Argument: the port. */
public class JdbcOperations {
  static void say(String what, Object value) {
    System.out.println(what + ": " + value);
  }

  public static void main(String[] arguments) throws Exception {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    String url = "jdbc:postgresql://127.0.0.1:" + arguments[0] + "/postgres?user=postgres";
    for (String options : new String[] {"", "&reWriteBatchedInserts=true&prepareThreshold=1"}) {
      say("options", options);
      try (Connection connection = DriverManager.getConnection(url + options)) {
        copy(connection);
        batch(connection);
        savepoints(connection);
        stop(connection);
        cursors(connection);
        values(connection);
        listen(connection);
      }
    }
  }

  static void copy(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table ops_copy (a int, b text, c numeric)");
      CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
      say("copied in", manager.copyIn("copy ops_copy from stdin", new StringReader("1\tone\t1.50\n2\t\\N\t\\N\n")));
      byte[] csv = "a,b,c\n3,\"three, é\",3\n".getBytes(StandardCharsets.UTF_8);
      say("copied csv", manager.copyIn("copy ops_copy from stdin (format csv, header)", new ByteArrayInputStream(csv)));
      StringWriter text = new StringWriter();
      say("copied out", manager.copyOut("copy (select * from ops_copy order by a) to stdout (format csv, header)", text));
      say("text", text.toString().replace("\n", "/"));
      ByteArrayOutputStream binary = new ByteArrayOutputStream();
      manager.copyOut("copy (select a, b from ops_copy order by a) to stdout (format binary)", binary);
      say("binary", HexFormat.of().formatHex(binary.toByteArray()));
      try {
        manager.copyIn("copy ops_copy from stdin", new StringReader("bad\tone\t1\n"));
      } catch (SQLException error) {
        say("bad row", error.getSQLState() + " " + error.getMessage().split("\n")[0]);
      }
      statement.execute("drop table ops_copy");
    }
  }

  static void batch(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table ops_batch (id int primary key, name text not null default 'none', at timestamptz)");
      String sql = "insert into ops_batch (id, name, at) values (?, ?, ?)";
      try (PreparedStatement insert = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
        for (int n = 1; n <= 70; n++) {
          insert.setInt(1, n);
          insert.setString(2, "row " + n);
          insert.setObject(3, OffsetDateTime.parse("2025-01-31T12:00:00Z").plusSeconds(n));
          insert.addBatch();
        }
        int total = 0;
        for (int count : insert.executeBatch()) total += count == Statement.SUCCESS_NO_INFO ? 1 : count;
        say("batch", total);
        try (ResultSet keys = insert.getGeneratedKeys()) {
          int sum = 0;
          while (keys.next()) sum += keys.getInt("id");
          say("keys", sum);
        }
      }
      try (PreparedStatement insert = connection.prepareStatement(sql)) {
        for (int id : new int[] {71, 1, 72}) {
          insert.setInt(1, id);
          insert.setString(2, "again");
          insert.setNull(3, Types.TIMESTAMP_WITH_TIMEZONE);
          insert.addBatch();
        }
        insert.executeBatch();
      } catch (BatchUpdateException error) {
        say("duplicate", error.getSQLState());
      }
      try (ResultSet rows = statement.executeQuery("select count(*), max(at), min(name) from ops_batch")) {
        rows.next();
        say("rows", rows.getInt(1) + " " + rows.getString(2) + " " + rows.getString(3));
      }
      statement.execute("drop table ops_batch");
    }
  }

  static void savepoints(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("create temp table ops_save (a int)");
      Savepoint first = connection.setSavepoint();
      statement.executeUpdate("insert into ops_save values (1)");
      Savepoint named = connection.setSavepoint("named");
      try {
        statement.execute("select 1/0");
      } catch (SQLException error) {
        say("division", error.getSQLState());
        connection.rollback(named);
      }
      connection.releaseSavepoint(named);
      try (ResultSet rows = statement.executeQuery("select count(*) from ops_save")) {
        rows.next();
        say("kept", rows.getInt(1));
      }
      connection.rollback(first);
      try (ResultSet rows = statement.executeQuery("select count(*) from ops_save")) {
        rows.next();
        say("undone", rows.getInt(1));
      }
    }
    connection.rollback();
    connection.setAutoCommit(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    say("isolation", connection.getTransactionIsolation());
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table never (a int)");
    } catch (SQLException error) {
      say("read only", error.getSQLState());
    }
    connection.rollback();
    connection.setAutoCommit(true);
    connection.setReadOnly(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
  }

  static void stop(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      statement.execute("select pg_sleep(20)");
    } catch (SQLException error) {
      say("timeout", error.getSQLState() + " " + error.getMessage());
    }
    try (Statement statement = connection.createStatement()) {
      Thread stopper = new Thread(() -> {
        try {
          Thread.sleep(300);
          statement.cancel();
        } catch (Exception error) {
          throw new IllegalStateException(error);
        }
      });
      stopper.start();
      try {
        statement.execute("select pg_sleep(20)");
      } catch (SQLException error) {
        say("cancelled", error.getSQLState() + " " + error.getMessage());
      }
      stopper.join();
      try (ResultSet rows = statement.executeQuery("select 1")) {
        rows.next();
        say("usable", rows.getInt(1) + " " + connection.isValid(5));
      }
    }
  }

  static void cursors(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement statement = connection.prepareStatement("select n, n * 1.5 from generate_series(1, ?) as g(n)")) {
      statement.setFetchSize(70);
      for (int size : new int[] {140, 300, 0}) {
        statement.setInt(1, size);
        long sum = 0;
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) sum += rows.getLong(1);
        }
        say("fetched", sum);
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
        ResultSet rows = statement.executeQuery("select n from generate_series(1, 9) as g(n)")) {
      rows.last();
      int last = rows.getInt(1);
      rows.absolute(-3);
      say("scrolled", last + " " + rows.getInt(1) + " " + rows.getRow());
    }
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(3);
      int count = 0;
      try (ResultSet rows = statement.executeQuery("select n from generate_series(1, 9) as g(n)")) {
        while (rows.next()) count++;
      }
      say("at most", count);
      boolean more = statement.execute("select 1; select 2, 3; update pg_temp.nothing set a = 1 where false");
      say("first", more);
    } catch (SQLException error) {
      say("several", error.getSQLState());
    }
  }

  /** Eight times the same: the driver changes to named statements and binary values on the way. */
  static void values(Connection connection) throws SQLException {
    String sql = "select ?::int2, ?::int4, ?::int8, ?::float4, ?::float8, ?::numeric, ?::text, ?::varchar(9), ?::bytea,"
        + " ?::date, ?::time, ?::timestamp, ?::timestamptz, ?::uuid, ?::bool, ?::jsonb, ?::int[], ?::text[], ?::interval";
    Set<String> answers = new LinkedHashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int round = 0; round < 8; round++) {
        Object[] values = {(short) -7, 41, 9007199254740993L, 0.1f, 0.1, new BigDecimal("12345678901234567890.10"),
            "naïve", "varchar", new byte[] {0, (byte) 255}, LocalDate.of(2025, 1, 31), LocalTime.of(12, 34, 56, 789000),
            LocalDateTime.of(1999, 12, 31, 23, 59, 59, 999999000), OffsetDateTime.parse("2025-01-31T12:30:45.123456+02:00"),
            UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"), true};
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
        statement.setObject(16, "{\"k\": [1, null]}", Types.OTHER);
        statement.setArray(17, connection.createArrayOf("int4", new Integer[] {1, null, 3}));
        statement.setArray(18, connection.createArrayOf("text", new String[] {"a", "q\"", null}));
        statement.setObject(19, "1 mon 2 days 03:04:05.678", Types.OTHER);
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          StringJoiner row = new StringJoiner(" | ");
          for (int i = 1; i <= 19; i++) {
            Object value = i == 9 ? HexFormat.of().formatHex(rows.getBytes(i)) : rows.getString(i);
            row.add(String.valueOf(value));
          }
          answers.add(row.toString());
        }
      }
    }
    for (String answer : answers) say("values", answer);
  }

  static void listen(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("listen channel");
      statement.execute("notify channel, 'hello'");
      PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(5000);
      for (PGNotification each : heard) say("heard", each.getName() + " " + each.getParameter());
      statement.execute("unlisten *");
    }
  }
}
