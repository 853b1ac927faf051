// pgx: extended protocol, binary values, batches, COPY, timeouts, transactions. Argument: the port.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func say(what string, values ...any) {
	fmt.Printf("%s: %v\n", what, values)
}

func main() {
	for _, mode := range []string{"cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"} {
		say("mode", mode)
		run(fmt.Sprintf("postgres://postgres@127.0.0.1:%s/postgres?default_query_exec_mode=%s", os.Args[1], mode))
	}
}

func run(address string) {
	ctx := context.Background()
	db, err := pgx.Connect(ctx, address)
	must(err)
	defer db.Close(ctx)
	values(ctx, db)
	write(ctx, db)
	fail(ctx, db)
	_, err = db.Exec(ctx, "listen channel")
	must(err)
	_, err = db.Exec(ctx, "select pg_notify('channel', 'hello')")
	must(err)
	heard, err := db.WaitForNotification(ctx)
	must(err)
	say("heard", heard.Channel, heard.Payload)
}

func values(ctx context.Context, db *pgx.Conn) {
	at := time.Date(2025, 1, 31, 12, 30, 45, 123456000, time.UTC)
	var i int64
	var f float64
	var n pgtype.Numeric
	var s string
	var t time.Time
	var b bool
	var tags []string
	var raw []byte
	var u pgtype.UUID
	sql := "select $1::int8, $2::float8, $3::numeric, $4::text, $5::timestamptz, $6::bool, $7::text[], $8::bytea, $9::uuid"
	must(db.QueryRow(ctx, sql, int64(9007199254740993), 0.1, "12345678901234567890.10", "naïve", at, true,
		[]string{"a", "q\""}, []byte{0, 255}, "00112233-4455-6677-8899-aabbccddeeff").
		Scan(&i, &f, &n, &s, &t, &b, &tags, &raw, &u))
	say("values", i, f, n.Int, n.Exp, s, t.UTC(), b, tags, raw, u.Bytes)
	rows, err := db.Query(ctx, "select id, duration, name, hashes from otel_logs_and_spans where project_id = $1 and timestamp >= $2 order by timestamp", "clients", time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	must(err)
	for rows.Next() {
		row, err := rows.Values()
		must(err)
		say("span", row...)
	}
	must(rows.Err())
}

func write(ctx context.Context, db *pgx.Conn) {
	_, err := db.Exec(ctx, "create table by_pgx (a int4, b text, c timestamptz)")
	must(err)
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	count, err := db.CopyFrom(ctx, pgx.Identifier{"by_pgx"}, []string{"a", "b", "c"},
		pgx.CopyFromRows([][]any{{int32(1), "one", at}, {int32(2), nil, at}}))
	must(err)
	say("copied", count)
	batch := &pgx.Batch{}
	batch.Queue("insert into by_pgx values ($1, $2, $3)", 3, "three", at)
	batch.Queue("insert into by_pgx values ($1, $2, $3)", 4, "four", at)
	batch.Queue("select count(*), max(b) from by_pgx")
	results := db.SendBatch(ctx, batch)
	for i := 0; i < 2; i++ {
		tag, err := results.Exec()
		must(err)
		say("tag", tag)
	}
	var n int
	var most string
	must(results.QueryRow().Scan(&n, &most))
	must(results.Close())
	say("batch", n, most)
	tx, err := db.Begin(ctx)
	must(err)
	inner, err := tx.Begin(ctx)
	must(err)
	_, err = inner.Exec(ctx, "select 1/0")
	say("error", code(err))
	must(inner.Rollback(ctx))
	_, err = tx.Exec(ctx, "delete from by_pgx where a = $1", 1)
	must(err)
	must(tx.Commit(ctx))
	must(db.QueryRow(ctx, "select count(*) from by_pgx").Scan(&n))
	say("left", n)
	_, err = db.Exec(ctx, "drop table by_pgx")
	must(err)
}

func code(err error) string {
	var failure *pgconn.PgError
	if errors.As(err, &failure) {
		return fmt.Sprint(failure.Code, " ", failure.Message, " ", failure.Position)
	}
	return fmt.Sprint(err)
}

func fail(ctx context.Context, db *pgx.Conn) {
	for _, sql := range []string{"select nope", "select 1/0", "select * from missing"} {
		_, err := db.Exec(ctx, sql)
		say("error", code(err))
	}
	must(db.Ping(ctx))
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	other, err := pgx.Connect(ctx, db.Config().ConnString())
	must(err)
	_, err = other.Exec(short, "select pg_sleep(20)")
	say("timed out", errors.Is(err, context.DeadlineExceeded), other.IsClosed())
}
