"""psql's tab completion on a terminal of its own. Argument: the port.

Readline works through its input in order: what stands before MARK when that is echoed is what
completion made of the line, however long its query took.
"""
import os
import pty
import re
import sys

MARK = "@@"
KILL_LINE = "\x15"
LINES = [
    "select * from otel_logs_a\t",
    "select * from completed_t\t",
    'select * from completed_table where "Na\t',
    "select * from completed_table order by cos\t",
    "update completed_ta\t",
    "insert into completed_ta\t",
    "alter table completed_ta\t",
    "drop table completed_ta\t",
    "drop view completed_v\t",
    "copy completed_ta\t",
    "comment on table completed_ta\t",
    "truncate completed_t\t",
    "set search_p\t",
    "set search_path to info\t",
    "set timez\t",
    "show work_m\t",
    "select date_tru\t",
    "select pg_catalog.to_times\t",
    "\\d completed_ta\t",
    "\\dt comp\t",
    "\\dn pub\t",
    "\\l post\t",
    "\\df date_tr\t",
    "\\dT timestampt\t",
    "\\du post\t",
    "begin isol\t",
    "explain anal\t",
    "grant select on completed_ta\t",
    "prepare x as sel\t",
    "deallocate completed_st\t",
    "listen chan\t",
    "vacuum completed_ta\t",
    "lock table completed_ta\t",
    "select count(*) from information_schema.tab\t",
]
SETUP = [
    'create table completed_table (id int primary key, "Name" text, cost numeric);',
    "create view completed_view as select id from completed_table;",
    "prepare completed_statement as select 1;",
]
AFTER = ["drop view completed_view;", "drop table completed_table;", "\\q"]


class Terminal:
    def __init__(self, port):
        self.heard = ""
        child, self.file = pty.fork()
        if child == 0:
            environment = {**os.environ, "TERM": "dumb", "INPUTRC": "/dev/null", "PSQL_HISTORY": "/dev/null"}
            arguments = ["psql", "-X", "-q", "-h", "127.0.0.1", "-p", port, "-U", "postgres", "postgres"]
            os.execvpe("psql", arguments, environment)

    def send(self, text):
        os.write(self.file, text.encode())

    def until(self, end):
        while end not in self.heard:
            self.heard += os.read(self.file, 4096).decode(errors="replace")
        before, self.heard = self.heard.split(end, 1)
        return before


terminal = Terminal(sys.argv[1])
terminal.until("=# ")
terminal.send("set client_min_messages = error;\n")
terminal.until("=# ")
for statement in SETUP:
    terminal.send(statement + "\n")
    terminal.until("=# ")
for line in LINES:
    terminal.send(line.removesuffix("\t"))
    terminal.until(line[-5:-1])
    terminal.send("\t" + MARK)
    heard = line[:-1] + re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|[\x07\r]", "", terminal.until(MARK))
    completed = heard.split("\n")[-1].split("postgres=# ")[-1].strip()
    print(f"{line!r}: {completed!r}")
    terminal.send(KILL_LINE + "\\echo READY\n")
    terminal.until("\nREADY")
    terminal.until("=# ")
for statement in AFTER:
    terminal.send(statement + "\n")
