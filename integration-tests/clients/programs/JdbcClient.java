import java.sql.*;
import java.time.OffsetDateTime;
import java.util.*;

/** pgjdbc: prepared statements, binary transfer, fetch size, batches, metadata. Argument: the port. */
public class JdbcClient {
  static final String SPANS =
      "select id, duration, duration::float8 / 8 as eighth, duration / 1000.0 as thousandth, name,"
          + " timestamp, body, hashes, context___is_remote as remote, date,"
          + " attributes___http___response___status_code as status, message_size_bytes"
          + " from otel_logs_and_spans where project_id = ? and timestamp >= ? order by timestamp";

  static void say(String what, Object value) {
    System.out.println(what + ": " + value);
  }

  public static void main(String[] arguments) throws Exception {
    String url = "jdbc:postgresql://127.0.0.1:" + arguments[0] + "/postgres?user=postgres";
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    for (String options : new String[] {"", "&preferQueryMode=simple", "&reWriteBatchedInserts=true"}) {
      say("options", options);
      try (Connection connection = DriverManager.getConnection(url + options)) {
        readSpans(connection);
        fetchInParts(connection);
        write(connection);
        fail(connection);
      }
    }
    try (Connection connection = DriverManager.getConnection(url)) {
      describe(connection);
    }
  }

  /** Eight times: from the fifth on the driver names the statement and asks for binary values. */
  static void readSpans(Connection connection) throws SQLException {
    Set<String> answers = new LinkedHashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(SPANS)) {
      for (int round = 0; round < 8; round++) {
        statement.setString(1, "clients");
        statement.setObject(2, OffsetDateTime.parse("2000-01-01T00:00:00Z"));
        try (ResultSet rows = statement.executeQuery()) {
          answers.add(print(rows));
          ResultSetMetaData columns = rows.getMetaData();
          StringJoiner types = new StringJoiner(" ");
          for (int index = 1; index <= columns.getColumnCount(); index++) {
            types.add(columns.getColumnName(index) + ":" + columns.getColumnTypeName(index));
          }
          answers.add(types + "\n");
        }
      }
    }
    for (String answer : answers) System.out.print(answer);
    String echo = "select ?::int8, ?::float8, ?::numeric, ?::text, ?::timestamptz, ?::bool, ?::uuid";
    try (PreparedStatement statement = connection.prepareStatement(echo)) {
      for (int round = 0; round < 6; round++) {
        statement.setLong(1, 9007199254740993L);
        statement.setDouble(2, 0.1);
        statement.setBigDecimal(3, new java.math.BigDecimal("12345678901234567890.10"));
        statement.setString(4, "naïve");
        statement.setTimestamp(5, Timestamp.valueOf("2025-01-01 00:00:00.123456"));
        statement.setBoolean(6, true);
        statement.setObject(7, UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
        try (ResultSet rows = statement.executeQuery()) {
          String text = print(rows);
          if (round % 5 == 0) System.out.print(text);
        }
      }
    }
  }

  static String print(ResultSet rows) throws SQLException {
    StringBuilder text = new StringBuilder();
    int width = rows.getMetaData().getColumnCount();
    while (rows.next()) {
      StringJoiner row = new StringJoiner(" | ");
      for (int index = 1; index <= width; index++) row.add(String.valueOf(rows.getString(index)));
      text.append(row).append('\n');
    }
    return text.toString();
  }

  static void fetchInParts(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement statement = connection.prepareStatement("select n from generate_series(1, 300) as g(n)")) {
      statement.setFetchSize(50);
      int count = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) count++;
      }
      say("fetched", count);
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  static void write(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table by_jdbc (a int, b text, c timestamptz)");
      try (PreparedStatement insert = connection.prepareStatement("insert into by_jdbc values (?, ?, ?)")) {
        for (int n = 1; n <= 20; n++) {
          insert.setInt(1, n);
          insert.setString(2, n % 3 == 0 ? null : "row " + n);
          insert.setTimestamp(3, Timestamp.valueOf("2025-01-01 00:00:00"));
          insert.addBatch();
        }
        int total = 0;
        for (int count : insert.executeBatch()) total += count == Statement.SUCCESS_NO_INFO ? 1 : count;
        say("batch", total);
      }
      say("updated", statement.executeUpdate("update by_jdbc set b = 'changed' where a > 15"));
      try (ResultSet rows = statement.executeQuery("select count(*), count(b), min(c), max(a) from by_jdbc")) {
        System.out.print(print(rows));
      }
      statement.execute("drop table by_jdbc");
    }
  }

  static void fail(Connection connection) throws SQLException {
    for (String sql : new String[] {"select nope", "select 1/0", "select * from missing"}) {
      try (Statement statement = connection.createStatement()) {
        statement.executeQuery(sql);
      } catch (SQLException error) {
        say("error", error.getSQLState() + " " + error.getMessage().split("\n")[0]);
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      statement.executeQuery("select pg_sleep(5)");
    } catch (SQLException error) {
      say("timeout", error.getSQLState());
    }
    say("valid", connection.isValid(5));
  }

  static void describe(Connection connection) throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    say("product", metadata.getDatabaseProductName() + " " + metadata.getDatabaseMajorVersion());
    try (ResultSet rows = metadata.getTables(null, "public", "otel_logs%", new String[] {"TABLE"})) {
      while (rows.next()) {
        say("table", rows.getString("TABLE_SCHEM") + "." + rows.getString("TABLE_NAME") + " " + rows.getString("TABLE_TYPE"));
      }
    }
    try (ResultSet rows = metadata.getColumns(null, "public", "otel_logs_and_spans", "%")) {
      while (rows.next()) {
        say("column", rows.getInt("ORDINAL_POSITION") + " " + rows.getString("COLUMN_NAME") + " " + rows.getString("TYPE_NAME")
            + " " + rows.getInt("DATA_TYPE") + " " + rows.getString("IS_NULLABLE") + " " + rows.getInt("COLUMN_SIZE"));
      }
    }
    try (ResultSet rows = metadata.getPrimaryKeys(null, "public", "otel_logs_and_spans")) {
      say("primary keys", print(rows).length());
    }
    try (ResultSet rows = metadata.getSchemas(null, "public")) {
      System.out.print(print(rows));
    }
  }
}
