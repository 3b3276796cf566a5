"""The owner of the tables: how tests arrange what the company's own operations would never bring about, and look at it."""

from __future__ import annotations

import atexit
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg
from django.conf import settings

from hongxian.cli import company
from hongxian.vault.keys import PrivateKeys


@cache
def owner() -> psycopg.Connection[Any]:
    """The owner of the tables, each statement committed at once."""
    connection = company.site().connect("owner")
    atexit.register(connection.close)
    return connection


@cache
def private_keys() -> PrivateKeys:
    return PrivateKeys.load(settings.HOME.keys)


def now() -> datetime:
    return datetime.now(UTC)


def rows(statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """What the owner sees."""
    return owner().execute(statement.encode(), parameters).fetchall()


def run(statement: str, **parameters: Any) -> None:
    """Something done behind the company's back."""
    owner().execute(statement.encode(), parameters)


def run_as_admin(statement: str) -> None:
    """Something that even the owner may not do."""
    with company.site().connect_as_admin(company.site().database) as admin:
        admin.execute(statement.encode())


def insert(table: str, **values: Any) -> Any:
    """Adds a row; gives its id."""
    names, places = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    return rows(f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", **values)[0][0]


def insert_bare(table: str, **values: Any) -> None:
    """Adds a row to a table whose key is given."""
    names, places = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    run(f"INSERT INTO {table} ({names}) VALUES ({places})", **values)
