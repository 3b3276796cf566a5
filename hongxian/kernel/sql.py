"""
SQL as code: one statement a file, loaded by name, its rows typed.

A file may include another context's fragment with `/*include vault/add_grounds*/`: the owner of a table writes the text
that touches it, whoever needs it in the same statement includes it by name (hongxian/<context>/sql/<name>.fragment.sql).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction
from psycopg.errors import UniqueViolation

from hongxian.kernel import direct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PACKAGE = Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r"/\*include ([a-z]+)/([a-z_]+)\*/")
COMMENT = re.compile(r"(^|\s)-- [^\n]*")
INDENT = re.compile(r"\s*\n\s*")

Row = TypeVar("Row")


@cache
def text_of(context: str, name: str) -> str:
    """
    The statement's text with its includes filled in, without comments and indentation.

    psycopg keeps its reading of a statement only up to 4,096 characters; a longer one would be read anew at every use.
    """
    text = _filled((PACKAGE / context / "sql" / f"{name}.sql").read_text(encoding="utf-8"))
    return INDENT.sub("\n", COMMENT.sub("", text)).strip()


def _filled(text: str) -> str:
    """Fragments may include others."""
    return INCLUDE.sub(lambda found: _filled(_fragment(found[1], found[2])), text)


def _fragment(context: str, name: str) -> str:
    return (PACKAGE / context / "sql" / f"{name}.fragment.sql").read_text(encoding="utf-8").strip()


def _execute(text: str, parameters: Mapping[str, Any]) -> Any:
    """
    A cursor that has run the statement. Its owner closes it.

    Django's wrapping of cursors costs a claim a tenth of its time, so it is gone through only where somebody listens to
    it; everything else that it does (health, broken transactions, its exceptions) is done here too.
    """
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    if wrapper.execute_wrappers or wrapper.queries_logged:
        cursor = wrapper.cursor()
        cursor.execute(text, parameters)
        return cursor
    _ready(wrapper)
    with wrapper.wrap_database_errors:
        return wrapper.connection.cursor().execute(text, parameters)


def _ready(wrapper: Any) -> None:
    wrapper.close_if_health_check_failed()
    wrapper.ensure_connection()
    wrapper.validate_no_broken_transaction()


class Statement(Generic[Row]):
    """
    One SQL file whose columns are, in order, the fields of `row`.

    `brief`: it is over in a moment and run many times a second; where it is its own transaction it goes past the driver's
    cursor (kernel/direct.py).
    """

    def __init__(self, context: str, name: str, row: type[Row], *, brief: bool = False) -> None:
        self.context, self.name, self.row, self.brief = context, name, row, brief
        self.columns: Sequence[str] = [field.name for field in fields(row)]  # type: ignore[arg-type] # a dataclass by contract
        self._checked = False

    def all(self, **parameters: Any) -> list[Row]:
        """Runs it; every row."""
        if self.brief and (found := self._directly(parameters)) is not None:
            return found
        with _execute(text_of(self.context, self.name), parameters) as cursor:
            if not self._checked:
                if cursor.description is None:
                    return []
                self._check([column[0] for column in cursor.description])
            return [self.row(*values) for values in cursor.fetchall()]

    def _directly(self, parameters: Mapping[str, Any]) -> list[Row] | None:
        """None where it would not be alone, or somebody listens to Django's cursors."""
        wrapper: Any = connections[DEFAULT_DB_ALIAS]
        if wrapper.in_atomic_block or wrapper.execute_wrappers or wrapper.queries_logged:
            return None
        _ready(wrapper)
        if not direct.possible(wrapper.connection):
            return None
        with wrapper.wrap_database_errors:
            rows, columns = direct.rows(
                wrapper.connection, text_of(self.context, self.name), parameters, lambda values: self.row(*values)
            )
        if not self._checked:
            self._check(columns)
        return rows

    def _check(self, found: list[str]) -> None:
        """At the first use: the same text gives the same columns ever after."""
        if found != self.columns:
            message = f"{self.context}/{self.name}.sql gives {found}, {self.row.__name__} has {self.columns}"
            raise TypeError(message)
        self._checked = True

    def one(self, **parameters: Any) -> Row | None:
        """Runs it; the first row, or None."""
        rows = self.all(**parameters)
        return rows[0] if rows else None


class Command:
    """One SQL file that returns nothing of interest but the number of rows it touched."""

    def __init__(self, context: str, name: str) -> None:
        self.context, self.name = context, name

    def run(self, **parameters: Any) -> int:
        """Runs it; how many rows it touched."""
        with _execute(text_of(self.context, self.name), parameters) as cursor:
            return int(cursor.rowcount)


@contextmanager
def once() -> Iterator[None]:
    """
    A savepoint for an INSERT that somebody else may have done first.

    On a cluster, ON CONFLICT into a table that every node has asks for the right to UPDATE it; a key that is broken doesn't.

    :raises AlreadyThere: they had.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        if isinstance(broken.__cause__, UniqueViolation):
            raise AlreadyThere from None
        raise


_NAMED = re.compile(r'constraint "(\w+)"')
_SHARD = re.compile(r"_\d{6,}$")


def constraint_of(error: BaseException) -> str:
    """
    The name of the constraint that one of Django's database errors is about; "" for none.

    A cluster passes an error on with its words only, and a shard's number behind the name.
    """
    said = getattr(error.__cause__, "diag", None)
    name = getattr(said, "constraint_name", None)
    if not name:
        found = _NAMED.search(str(getattr(said, "message_primary", None) or ""))
        name = found[1] if found else ""
    return _SHARD.sub("", name)


class AlreadyThere(Exception):
    """Somebody else has added the row."""
