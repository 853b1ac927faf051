"""Django: contrib's migrations, models with foreign keys, queries, reflection. Argument: the port."""
import io
import sys
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import django
from django.apps import AppConfig
from django.conf import settings


class LibraryConfig(AppConfig):
    name = "__main__"
    label = "library"
    path = "."


settings.configure(
    SECRET_KEY="none",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.postgres",
        "__main__.LibraryConfig",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": "127.0.0.1",
            "PORT": sys.argv[1],
        }
    },
)
django.setup()

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import RowNumber, TruncYear


class Author(models.Model):
    name = models.CharField(max_length=100, unique=True)
    born = models.DateField(null=True)
    score = models.DecimalField(max_digits=10, decimal_places=3, default=0)
    facts = models.JSONField(default=dict)
    key = models.UUIDField(null=True)

    class Meta:
        app_label = "library"
        db_table = "dj_author"
        indexes = [models.Index(fields=["born", "name"], name="dj_author_born")]
        constraints = [models.CheckConstraint(check=Q(score__gte=0), name="dj_author_score")]


class Tag(models.Model):
    slug = models.SlugField(unique=True)

    class Meta:
        app_label = "library"
        db_table = "dj_tag"


class Book(models.Model):
    title = models.CharField(max_length=200, db_index=True)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    tags = models.ManyToManyField(Tag, db_table="dj_book_tags")
    price = models.FloatField()
    labels = ArrayField(models.CharField(max_length=20), default=list)
    data = models.BinaryField(null=True)
    length = models.DurationField(null=True)

    class Meta:
        app_label = "library"
        db_table = "dj_book"


MODELS = [Author, Tag, Book]


def say(what, value):
    print(f"{what}: {value!r}")


def own_tables():
    names = connection.introspection.table_names()
    return sorted(name for name in names if name.startswith(("auth", "dj")))


def create():
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    say("tables", own_tables())


def fill():
    ann = Author.objects.create(
        name="Ann", born=date(1970, 1, 2), score=Decimal("1.5"), facts={"k": [1, None]}, key=UUID(int=5)
    )
    bob = Author.objects.create(name="Bob")
    one, two = Tag.objects.create(slug="one"), Tag.objects.create(slug="two")
    for number in range(5):
        book = Book.objects.create(
            title=f"Book {number}",
            author=ann if number % 2 else bob,
            price=number * 1.5,
            labels=["all", f"l{number}"],
            data=b"\x00\xff",
            length=timedelta(days=1, hours=number),
        )
        book.tags.set([one, two] if number % 2 else [one])


def ask():
    books = Book.objects.order_by("id")
    sums = Author.objects.annotate(n=Count("books"), s=Sum("books__price"), m=Max("books__title"))
    say("sums", list(sums.order_by("name").values_list("name", "n", "s", "m")))
    either = Q(title__icontains="book 1") | Q(price__gt=5)
    say("either", list(books.filter(either).values_list("title", flat=True)))
    say("json", list(Author.objects.filter(facts__k__0=1).values_list("name", "facts")))
    say("array", list(books.filter(labels__contains=["l1"]).values_list("title", "labels")))
    for book in books.select_related("author").prefetch_related("tags"):
        slugs = sorted(tag.slug for tag in book.tags.all())
        say("book", (book.title, book.author.name, slugs, bytes(book.data), book.length))
    rank = Window(RowNumber(), partition_by=F("author"), order_by=F("price").desc())
    say("ranks", list(books.annotate(rank=rank).values_list("title", "rank")))
    own = Book.objects.filter(author=OuterRef("pk"))
    best = Subquery(own.order_by("-price").values("title")[:1])
    say("best", list(Author.objects.order_by("id").annotate(best=best).values_list("name", "best")))
    say("dear", list(Author.objects.filter(Exists(own.filter(price__gt=5))).values_list("name")))
    years = Author.objects.annotate(year=TruncYear("born")).values_list("year").annotate(Count("id"))
    say("years", list(years.order_by("year")))
    say("union", sorted(Tag.objects.filter(slug="one").union(Tag.objects.filter(slug="two")).values_list("slug")))
    say("cursor", len(list(Book.objects.iterator(chunk_size=2))))


def change():
    say("update", Book.objects.filter(price__lt=3).update(price=F("price") + 10))
    say("bulk", len(Tag.objects.bulk_create([Tag(slug=f"s{n}") for n in range(100)])))
    say("ignore", len(Tag.objects.bulk_create([Tag(slug="s1"), Tag(slug="new")], ignore_conflicts=True)))
    say("made", [Author.objects.get_or_create(name=name)[1] for name in ("Ann", "Cid")])
    with transaction.atomic():
        say("locked", [tag.slug for tag in Tag.objects.select_for_update().order_by("id")[:2]])
    for what, row in (("unique", Tag(slug="one")), ("check", Author(name="Dot", score=-1))):
        refused(what, row.save)
    refused("reference", lambda: (Book.objects.create(title="z", author_id=9999, price=1), connection.check_constraints()))
    say("delete", sorted(Author.objects.filter(name="Bob").delete()[1].items()))
    user = User.objects.create_user("ann", "ann@example.org", "secret")
    say("user", (user.check_password("secret"), user.has_perm("auth.add_user")))


def refused(what, work):
    try:
        with transaction.atomic():
            work()
    except IntegrityError as error:
        say(what, str(error).split("\n")[0])


def reflect():
    text = io.StringIO()
    call_command("inspectdb", "dj_author", "dj_book", stdout=text)
    for line in text.getvalue().splitlines():
        if line.startswith(("class", "    ")):
            print(line)


create()
fill()
ask()
change()
reflect()
with connection.schema_editor() as editor:
    for model in reversed(MODELS):
        editor.delete_model(model)
for app in ("sessions", "auth", "contenttypes"):
    call_command("migrate", app, "zero", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("DROP TABLE django_migrations")
say("left", own_tables())
