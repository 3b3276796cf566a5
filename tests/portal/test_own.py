"""The portal's role sees one person: whose visit stands in the transaction. Tried with its own credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.rows import dict_row

from hongxian.cli import company as installation
from tests import cast as casting
from tests.visitors import open_visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast

OPEN_TO_ALL = {"portal_city", "portal_notice", "portal_store", "portal_staff"}
# The sealed log's tree is the same for everybody, and its hashes tell nothing about anybody.
OPEN_TO_ALL |= {"portal_log_checkpoint", "portal_log_leaf", "portal_log_node"}
# The dating site's door: what a signed batch may find and write, tested with the feed.
OF_THE_FEED = "portal_feed_"


@pytest.fixture
def role(company: None) -> Iterator[psycopg.Connection[Any]]:
    with installation.site().connect("portal") as connection:
        yield connection


def views() -> list[str]:
    found = casting.rows(
        "SELECT relname::text FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace AND relname LIKE 'portal%%'"
    )
    return sorted(name for (name,) in found)


def readable(connection: psycopg.Connection[Any]) -> list[str]:
    """The windows whose every column the role may read."""
    return [
        name for name in views() if connection.execute("SELECT has_table_privilege(%s, 'SELECT')", [name]).fetchone() == (True,)
    ]


def write(connection: psycopg.Connection[Any], token: str, statement: str, values: Any) -> None:
    """One statement in a visit's transaction."""
    with connection.transaction():
        connection.execute("SELECT set_config('hongxian.visit', %s, true)", [token])
        connection.execute(statement.encode(), values)


def seen(connection: psycopg.Connection[Any], token: str | None) -> dict[str, list[dict[str, Any]]]:
    found = {}
    cursor = connection.cursor(row_factory=dict_row)
    for name in readable(connection):
        if name not in OPEN_TO_ALL:
            with connection.transaction():
                if token is not None:
                    connection.execute("SELECT set_config('hongxian.visit', %s, true)", [token])
                found[name] = cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))).fetchall()
    return found


class TestRole:
    def test_sees_nobody_without_a_visit(self, cast: Cast, role: psycopg.Connection[Any]) -> None:
        cast.member()
        assert {name: rows for name, rows in seen(role, None).items() if rows} == {}
        assert {name: rows for name, rows in seen(role, "a token that nobody has").items() if rows} == {}

    def test_sees_the_visitor_and_nobody_else(self, cast: Cast, role: psycopg.Connection[Any]) -> None:
        one = cast.member()
        cast.member()
        found = seen(role, open_visit(one))
        assert found["portal_own_member"]
        assert found["portal_own_receipt"]
        told = str(found)
        assert str(one.member_id) in told
        about = [row["member_id"] for rows in found.values() for row in rows if "member_id" in row]
        assert {*about, *(row["id"] for row in found["portal_own_member"])} <= {one.member_id, None}

    def test_sees_nothing_after_the_visit(self, cast: Cast, role: psycopg.Connection[Any]) -> None:
        one = cast.member()
        assert not any(seen(role, open_visit(one, minutes_ago=61)).values())

    def test_sees_no_record_with_the_link_of_a_text(self, cast: Cast, role: psycopg.Connection[Any]) -> None:
        found = seen(role, open_visit(cast.member(), scope="stop"))
        assert {name for name, rows in found.items() if rows} <= {
            "portal_visitor",
            "portal_own_suppression",
            "portal_own_lifting",
        }

    def test_has_no_right_on_any_table_about_people(self, role: psycopg.Connection[Any]) -> None:
        tables = casting.rows(
            "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            " AND NOT relispartition AND relname NOT LIKE 'procrastinate%%' AND relname NOT LIKE 'letters%%'"
        )
        for (table,) in tables:
            for verb in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                asked = "SELECT has_table_privilege(%(t)s, %(v)s)"
                assert role.execute(asked, {"t": table, "v": verb}).fetchone() == (False,), (table, verb)

    def test_writes_for_the_visitor_only(self, cast: Cast, role: psycopg.Connection[Any]) -> None:
        one, other = cast.member(), cast.member()
        token = open_visit(one)
        insert = (
            "INSERT INTO portal_own_withdrawal (city_id, member_id, purpose, recorded_at, via)"
            " VALUES (%s, %s, 'outreach.call', now(), 'portal')"
        )
        write(role, token, insert, [one.city_id, one.member_id])
        with pytest.raises(errors.WithCheckOptionViolation):
            write(role, token, insert, [other.city_id, other.member_id])
        with pytest.raises(errors.WithCheckOptionViolation):
            write(role, "", insert, [one.city_id, one.member_id])

    def test_lifts_no_other_number(self, cast: Cast, role: psycopg.Connection[Any]) -> None:
        one, other = cast.member(), cast.member()
        lift = "INSERT INTO portal_new_lifting (number_hash, lifted_at, proof) VALUES (%s, now(), 'x')"
        for token, number_hash in (
            (open_visit(one), other.hashes[0]),
            (open_visit(one, minutes_ago=16), one.hashes[0]),
            (open_visit(one, scope="stop"), one.hashes[0]),
        ):
            with pytest.raises(errors.WithCheckOptionViolation):
                write(role, token, lift, [number_hash])

    def test_leaves_no_trace_in_the_name_of_staff(self, cast: Cast, role: psycopg.Connection[Any]) -> None:
        one, other = cast.member(), cast.member()
        insert = (
            "INSERT INTO portal_trace (city_id, at, staff_id, role, process, action, purpose, member_ids, fields, outcome)"
            " VALUES (%(city)s, now(), %(staff)s, %(role)s, %(process)s, 'x', 'rights', %(ids)s, '{}', 'allowed')"
        )
        own = {"city": one.city_id, "staff": 0, "role": "member", "process": "portal", "ids": [one.member_id]}
        for change in (
            {"staff": cast.lan.staff_id},
            {"role": "consultant"},
            {"process": "desk"},
            {"ids": [other.member_id]},
            {"ids": [one.member_id, other.member_id]},
        ):
            with pytest.raises(errors.WithCheckOptionViolation):
                write(role, open_visit(one), insert, own | change)


class TestEveryWindow:
    def test_is_a_barrier_with_a_check(self, company: None) -> None:
        """Only the three lists of names are open; every other view has to hang on the visit."""
        for name in views():
            if name in OPEN_TO_ALL or name.startswith(OF_THE_FEED):
                continue
            [(definition, options)] = casting.rows(
                "SELECT pg_get_viewdef(oid), coalesce(reloptions::text, '') FROM pg_class WHERE relname = %(name)s", name=name
            )
            assert any(word in definition for word in ("portal_visitor", "hongxian.visit", "portal_own_")), name
            assert "security_barrier=true" in options, name
