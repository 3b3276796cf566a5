"""
Windows on one person: what the portal's database role may see and write at all.

The role has no right on any table about people. It has views, owned by the tables' owner, each of which shows only rows of
the person whose visit stands in the transaction's setting `hongxian.visit`: the token's hash is looked up by the database
itself, in `portal_visitor`. A statement that forgets its WHERE, and even one that an attacker slips in, finds this one
person. A view that takes rows refuses those of anybody else (CHECK OPTION). No visit, no rows.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import migrations, transaction

from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


WHOSE = "(SELECT visitor.city_id, visitor.member_id FROM portal_visitor AS visitor WHERE visitor.scope = 'full')"
NUMBERS = "ARRAY(SELECT unnest(visitor.number_hashes) FROM portal_visitor AS visitor WHERE visitor.scope = 'full')"
# Minors, and those whose record is restricted, have their rights; of somebody who has died, kin see little.
ALIVE = "(SELECT visitor.state FROM portal_visitor AS visitor) <> 'deceased'"


@dataclass(frozen=True, slots=True)
class _Set:
    visit: bool


_visit_with = Statement("portal", "visit_with", _Set)


@contextmanager
def visiting(token: str) -> Iterator[None]:
    """A transaction in which the views show the visitor's own rows. Keep it short; the keeper answers only after it."""
    with transaction.atomic():
        _visit_with.all(token=token)
        yield


def make_view(
    name: str,
    table: str,
    columns: Sequence[str],
    *,
    where: str = "",
    member: str = "member_id",
    city: str = "city_id",
    state_live: bool = False,
) -> migrations.RunSQL:
    """
    For a portal migration: the visitor's own rows of a table, as `name` (begin it with portal_own_). Rows may be written
    through it where grants.toml says so, and then only the visitor's own.

    `where` narrows it further (the table is called `own` in it); `state_live` shows nothing once the member's state is not
    live: of somebody who has died, kin see little.
    """
    conditions = [f"(own.{city}, own.{member}) = {WHOSE}"]
    if state_live:
        conditions.append("(SELECT visitor.state FROM portal_visitor AS visitor) = 'live'")
    if where:
        conditions.append(f"({where})")
    return view(name, table, columns, conditions)


def make_number_view(name: str, table: str, columns: Sequence[str], *, where: str = "") -> migrations.RunSQL:
    """The same for a table that is keyed by `number_hash`: rows of the visitor's number, known here or not; any visit."""
    conditions = ["own.number_hash = ANY (ARRAY(SELECT unnest(visitor.number_hashes) FROM portal_visitor AS visitor))"]
    if where:
        conditions.append(f"({where})")
    return view(name, table, columns, conditions)


def copy_view(name: str, table: str, columns: Sequence[str], conditions: Sequence[str], *, joins: str = "") -> migrations.RunSQL:
    """A view for reading only; `columns` are the table's own, or an expression with its name, and conditions its own words."""
    chosen = ", ".join(column if " " in column else f"own.{column}" for column in columns)
    return migrations.RunSQL(
        f"CREATE VIEW {name} WITH (security_barrier) AS SELECT {chosen} FROM {table} AS own {joins} WHERE {' AND '.join(conditions)}",  # noqa: S608
        f"DROP VIEW {name}",
    )


def view(name: str, table: str, columns: Sequence[str], conditions: Sequence[str]) -> migrations.RunSQL:
    """A view on one table that can be written through as far as its conditions hold."""
    chosen = ", ".join(f"own.{column}" for column in columns)
    return migrations.RunSQL(
        f"CREATE VIEW {name} WITH (security_barrier) AS SELECT {chosen} FROM {table} AS own"  # noqa: S608 - our own words
        f" WHERE {' AND '.join(conditions)} WITH CASCADED CHECK OPTION",
        f"DROP VIEW {name}",
    )
