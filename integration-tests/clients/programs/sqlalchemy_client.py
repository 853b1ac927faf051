"""SQLAlchemy: create_all, reflection, ORM insert and select, server cursors, drop_all. Argument: the port."""
import sys
from datetime import datetime, timezone
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID, insert
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()
SINCE = datetime(2025, 1, 31, 12, 0, tzinfo=timezone.utc)


class Project(Base):
    __tablename__ = "sa_projects"
    id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
    name = sa.Column(sa.String(80), nullable=False, unique=True, comment="project name")
    owner = sa.Column(sa.Text, server_default="me")
    cost = sa.Column(sa.Numeric(12, 4))
    made = sa.Column(sa.DateTime(timezone=True), nullable=False)
    tags = sa.Column(ARRAY(sa.Text))
    attributes = sa.Column(JSONB)
    key = sa.Column(UUID(as_uuid=False))


class Span(Base):
    __tablename__ = "sa_spans"
    project_id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
    id = sa.Column(sa.BigInteger, primary_key=True, autoincrement=False)
    duration = sa.Column(sa.Float)
    ok = sa.Column(sa.Boolean)


def say(what, value):
    print(f"{what}: {value!r}")


def reflect(engine):
    inspector = sa.inspect(engine)
    say("tables", sorted(name for name in inspector.get_table_names() if name.startswith("sa_")))
    say("schemas", inspector.get_schema_names())
    for table in ("sa_projects", "sa_spans"):
        for column in inspector.get_columns(table):
            say(table, {name: str(value) for name, value in column.items()})
        say("primary key", inspector.get_pk_constraint(table))
        say("unique", inspector.get_unique_constraints(table))
        say("indexes", inspector.get_indexes(table))
        say("foreign keys", inspector.get_foreign_keys(table))
        say("checks", inspector.get_check_constraints(table))
    say("comment", inspector.get_table_comment("sa_projects"))
    say("views", inspector.get_view_names())
    metadata = sa.MetaData()
    reflected = sa.Table("sa_projects", metadata, autoload_with=engine)
    say("reflected", [(column.name, str(column.type), column.nullable) for column in reflected.columns])
    say("has", (inspector.has_table("sa_spans"), inspector.has_table("nope")))


def work(engine):
    with Session(engine) as session:
        for number in (1, 2, 3):
            session.add(
                Project(
                    id=number,
                    name=f"project {number}",
                    cost=Decimal("1.5") * number,
                    made=SINCE,
                    tags=["a", None, 'q"'],
                    attributes={"n": number, "list": [1, None]},
                    key="00112233-4455-6677-8899-aabbccddeeff",
                )
            )
        session.add_all([Span(project_id=n % 3 + 1, id=n, duration=n / 8, ok=n % 2 == 0) for n in range(30)])
        session.commit()
        first = session.get(Project, 1)
        say("first", (first.name, first.owner, first.cost, first.made, first.tags, first.attributes, first.key))
        first.name = "renamed"
        session.flush()
        session.rollback()
        query = (
            sa.select(Project.name, sa.func.count(Span.id), sa.func.avg(Span.duration))
            .join(Span, Span.project_id == Project.id)
            .where(Span.ok.is_(True), Project.attributes["n"].astext.cast(sa.Integer) > 1)
            .group_by(Project.name)
            .order_by(sa.desc(Project.name))
            .limit(5)
        )
        say("joined", session.execute(query).all())
        try:
            with session.begin_nested():
                session.execute(sa.insert(Project).values(id=9, name="project 1", made=SINCE))
        except sa.exc.IntegrityError as error:
            say("duplicate", (type(error.orig).__name__, error.orig.pgcode))
        nothing = insert(Project).values(id=1, name="project 1", made=SINCE).on_conflict_do_nothing()
        say("conflict", session.execute(nothing).rowcount)
        session.commit()
    with engine.connect().execution_options(stream_results=True, max_row_buffer=7) as connection:
        rows = connection.execute(sa.select(Span.id).order_by(Span.id))
        say("streamed", [row.id for row in rows][-3:])


engine = sa.create_engine(f"postgresql+psycopg2://postgres@127.0.0.1:{sys.argv[1]}/postgres")
say("dialect", (engine.dialect.name, sa.inspect(engine).default_schema_name))
Base.metadata.create_all(engine)
reflect(engine)
work(engine)
Base.metadata.drop_all(engine)
say("left", [name for name in sa.inspect(engine).get_table_names() if name.startswith("sa_")])
