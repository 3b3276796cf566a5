"""A statement that stands alone goes past the driver's cursor, and nobody can tell by what comes of it."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, connections, transaction

from hongxian.kernel import direct, sql
from tests.owner import now

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("home")

EVERY_KIND = (
    "SELECT %(number)s::bigint AS number, %(text)s::text AS text, %(at)s::timestamptz AS at, %(day)s::date AS day, %(yes)s::bool AS yes,"
    " %(some)s::bigint[] AS some, %(words)s::text[] AS words, %(key)s::uuid AS key, %(nothing)s::int AS nothing,"
    " %(number)s::bigint %% 7 AS rest, '%%' AS sign, %(raw)s::bytea AS raw"
)


@dataclass(frozen=True, slots=True)
class Kinds:
    number: int
    text: str
    at: datetime
    day: date
    yes: bool
    some: list[int]
    words: list[str]
    key: UUID
    nothing: int | None
    rest: int
    sign: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class One:
    n: int


def given() -> dict[str, Any]:
    return {
        "number": 2**40 + 3, "text": "小'美\\ %s", "at": now(), "day": now().date(), "yes": True, "some": [1, 2**41], "key": uuid4(),
        "words": ['a "b"', "{c,d}", "", "NULL"], "nothing": None, "raw": b"\x00\xff'",
    }  # fmt: skip


def prepared(text: str) -> bool:
    """Whether this connection has prepared it past the driver."""
    state = getattr(connection.connection, direct.KEPT, None)
    return state is not None and text in state.names


@pytest.fixture
def statement(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Statements of these texts, as if they stood in files."""
    texts: dict[str, str] = {}
    real = sql.text_of
    monkeypatch.setattr(sql, "text_of", lambda context, name: texts[name] if context == "test" else real(context, name))

    def make(text: str, row: type, *, brief: bool = True) -> sql.Statement[Any]:
        name = f"text {len(texts)}"
        texts[name] = text
        return sql.Statement("test", name, row, brief=brief)

    connection.ensure_connection()
    yield make
    connection.close()


class TestBrief:
    def test_gives_what_the_cursor_gives(self, statement: Any) -> None:
        values = given()
        own, usual = statement(EVERY_KIND, Kinds), statement(EVERY_KIND, Kinds, brief=False)
        assert own.all(**values) == usual.all(**values)
        assert own.one(**values) == usual.one(**values) != None  # noqa: E711 - a row
        assert prepared(EVERY_KIND)

    def test_other_values_each_time(self, statement: Any) -> None:
        double = statement("SELECT %(n)s::bigint * 2 AS n FROM generate_series(1, %(times)s::int)", One)
        assert [double.all(n=n, times=times) for n, times in ((1, 1), (2**40, 2), (3, 0))] == [[One(2)], [One(2**41)] * 2, []]

    def test_survives_that_the_driver_forgets_everything_prepared(self, statement: Any) -> None:
        text = "SELECT %(n)s::int AS n"
        echo = statement(text, One)
        assert echo.all(n=1) == [One(1)]
        with transaction.atomic():
            connection.cursor().execute("SELECT 1")
            transaction.set_rollback(True)  # the driver deallocates all that is prepared
        assert echo.all(n=4) == [One(4)]
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        assert echo.all(n=2) == [One(2)]

    def test_in_a_transaction_it_is_the_drivers(self, statement: Any) -> None:
        text = "SELECT %(n)s::int + 100 AS n"
        with transaction.atomic():
            assert statement(text, One).all(n=1) == [One(101)]
        assert not prepared(text)

    def test_what_listens_to_cursors_hears_it(self, statement: Any) -> None:
        heard: list[str] = []

        def note(execute: Any, text: str, *rest: Any) -> Any:
            heard.append(text)
            return execute(text, *rest)

        text = "SELECT %(n)s::int + 200 AS n"
        with connection.execute_wrapper(note):
            statement(text, One).all(n=1)
        assert heard == [text]
        assert not prepared(text)

    def test_errors_are_the_frameworks_and_nothing_stays_open(self, statement: Any) -> None:
        broken = statement("SELECT 1 / %(n)s::int AS n", One)
        with pytest.raises(DataError):
            broken.all(n=0)
        assert broken.all(n=1) == [One(1)]
        twice = statement("INSERT INTO audit_trace (city_id, at) VALUES (NULL, now()) RETURNING id::int AS n", One)
        with pytest.raises(IntegrityError):
            twice.all()

    def test_other_columns_than_its_rows_are_refused(self, statement: Any) -> None:
        with pytest.raises(TypeError):
            statement("SELECT 1 AS m", One).all()

    def test_a_connection_that_was_cut_says_so_and_the_next_one_works(self, statement: Any) -> None:
        echo = statement("SELECT %(n)s::int AS n", One)
        cut = statement("SELECT pg_terminate_backend(pg_backend_pid())::int AS n", One)
        assert echo.all(n=1) == [One(1)]
        with pytest.raises(OperationalError):
            cut.all()
        with pytest.raises(OperationalError):
            echo.all(n=2)
        connection.close_if_unusable_or_obsolete()
        connection.close()
        assert echo.all(n=3) == [One(3)]


def test_nothing_outlives_a_connection_that_is_dropped() -> None:
    """Without waiting for the garbage collector: what it finds still open it complains of, in the middle of something else."""
    wrapper: Any = connections.create_connection("default")
    wrapper.connect()
    assert direct.rows(wrapper.connection, "SELECT %(n)s::int AS n", {"n": 7}, lambda values: One(*values)) == ([One(7)], ["n"])
    dropped = weakref.ref(wrapper.connection)
    gc.disable()
    try:
        wrapper.close()
        assert dropped() is None
    finally:
        gc.enable()
