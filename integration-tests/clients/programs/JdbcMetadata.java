import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.*;
import java.util.*;

/** Walks all of DatabaseMetaData, and what result sets and statements tell. Argument: the port. */
public class JdbcMetadata {
  /** What tells of the server or the driver at hand. */
  static final Set<String> IDENTITY =
      Set.of("getDatabaseProductVersion", "getURL", "getConnection", "getDriverVersion", "getDriverName");

  public static void main(String[] arguments) throws Exception {
    String url = "jdbc:postgresql://127.0.0.1:" + arguments[0] + "/postgres?user=postgres";
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("create table meta_t (id int primary key, name varchar(80) not null unique,"
          + " cost numeric(12, 4) default 1.5, made timestamptz(3) default now(), tags text[], j jsonb,"
          + " c char(5), f float4, s smallint, b bytea, u uuid, d date, ok boolean, iv interval, unique (s, d))");
      statement.execute("comment on table meta_t is 'a table'");
      statement.execute("comment on column meta_t.name is 'the name'");
      statement.execute("create view meta_v as select id, name from meta_t");
      DatabaseMetaData meta = connection.getMetaData();
      walk(meta);
      tables(meta);
      describe(connection);
      statement.execute("drop view meta_v");
      statement.execute("drop table meta_t");
    }
  }

  /** Every method without arguments. */
  static void walk(DatabaseMetaData meta) throws Exception {
    Method[] methods = DatabaseMetaData.class.getMethods();
    Arrays.sort(methods, Comparator.comparing(Method::getName));
    for (Method method : methods) {
      if (method.getParameterCount() > 0 || IDENTITY.contains(method.getName())) continue;
      if (method.getDeclaringClass() != DatabaseMetaData.class) continue;
      try {
        Object value = method.invoke(meta);
        if (value instanceof ResultSet) print(method.getName(), (ResultSet) value);
        else System.out.println(method.getName() + ": " + value);
      } catch (InvocationTargetException error) {
        System.out.println(method.getName() + " fails: " + error.getCause().getMessage());
      }
    }
  }

  static void tables(DatabaseMetaData meta) throws SQLException {
    print("getTables", meta.getTables(null, "public", "meta%", new String[] {"TABLE", "VIEW"}));
    print("getTables of the system", meta.getTables(null, "pg_catalog", "pg_am%", new String[] {"SYSTEM TABLE"}));
    print("getColumns", meta.getColumns(null, "public", "meta%", "%"));
    print("getColumns of spans", meta.getColumns(null, "public", "otel_logs_and_spans", "%"));
    print("getColumnPrivileges", meta.getColumnPrivileges(null, "public", "meta_t", "%"));
    print("getTablePrivileges", meta.getTablePrivileges(null, "public", "meta%"));
    print("getPrimaryKeys", meta.getPrimaryKeys(null, "public", "meta_t"));
    print("getIndexInfo", meta.getIndexInfo(null, "public", "meta_t", false, false), "PAGES", "CARDINALITY");
    print("getIndexInfo unique", meta.getIndexInfo(null, null, "meta_t", true, true), "PAGES", "CARDINALITY");
    print("getImportedKeys", meta.getImportedKeys(null, "public", "meta_t"));
    print("getExportedKeys", meta.getExportedKeys(null, "public", "meta_t"));
    print("getCrossReference", meta.getCrossReference(null, "public", "meta_t", null, "public", "meta_v"));
    print("getBestRowIdentifier",
        meta.getBestRowIdentifier(null, "public", "meta_t", DatabaseMetaData.bestRowSession, true));
    print("getVersionColumns", meta.getVersionColumns(null, "public", "meta_t"));
    print("getSchemas", meta.getSchemas(null, "pub%"));
    print("getUDTs", meta.getUDTs(null, "public", "%", null));
    print("getSuperTypes", meta, "getSuperTypes");
    print("getFunctions", meta.getFunctions(null, "pg_catalog", "substr"));
    print("getFunctionColumns", meta.getFunctionColumns(null, "pg_catalog", "date_trunc", "%"));
    print("getProcedures", meta.getProcedures(null, "pg_catalog", "date_trunc"));
    print("getProcedureColumns", meta.getProcedureColumns(null, "pg_catalog", "date_trunc", "%"));
    print("getPseudoColumns", meta, "getPseudoColumns");
    print("getAttributes", meta, "getAttributes");
  }

  /** Methods with text arguments that the driver may not offer. */
  static void print(String what, DatabaseMetaData meta, String name) throws SQLException {
    for (Method method : DatabaseMetaData.class.getMethods()) {
      if (!method.getName().equals(name)) continue;
      try {
        print(what, (ResultSet) method.invoke(meta, new Object[method.getParameterCount()]));
      } catch (InvocationTargetException | IllegalAccessException error) {
        System.out.println(what + " fails: " + error.getCause().getMessage());
      }
    }
  }

  static void print(String what, ResultSet rows, String... except) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    StringJoiner head = new StringJoiner(" | ", what + ": ", "");
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      head.add(columns.getColumnName(i) + " " + columns.getColumnTypeName(i));
    }
    System.out.println(head);
    List<String> left = Arrays.asList(except);
    List<String> texts = new ArrayList<>();
    while (rows.next()) {
      StringJoiner row = new StringJoiner(" | ", "  ", "");
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        row.add(left.contains(columns.getColumnName(i)) ? "…" : String.valueOf(rows.getString(i)));
      }
      String text = row.toString();
      if (!text.contains("timefusion_stats") && !text.contains("otel_metrics")) texts.add(text);
    }
    if (what.equals("getTypeInfo")) Collections.sort(texts);
    for (String text : texts) System.out.println(text);
    rows.close();
  }

  static void describe(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(
        "select t.*, name || ? as joined, count(*) over () as n from meta_t t where id = ? and made > ?")) {
      ParameterMetaData parameters = statement.getParameterMetaData();
      for (int i = 1; i <= parameters.getParameterCount(); i++) {
        System.out.println("parameter: " + parameters.getParameterTypeName(i) + " "
            + parameters.getParameterClassName(i) + " " + parameters.isSigned(i));
      }
      ResultSetMetaData columns = statement.getMetaData();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        System.out.println("column: " + String.join(" ", columns.getColumnLabel(i), columns.getTableName(i),
            columns.getColumnTypeName(i), columns.getColumnClassName(i)) + " " + columns.getPrecision(i)
            + " " + columns.getScale(i) + " " + columns.isNullable(i) + " " + columns.isAutoIncrement(i)
            + " " + columns.getColumnDisplaySize(i) + " " + columns.isCaseSensitive(i));
      }
    }
  }
}
