"""
Nothing of letters is reached by staff: not by any page of the desk, not by any table its roles may read, not by a job or a log.

Words are planted that stand nowhere else; then everything that can be read is read, by everybody.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.urls import get_resolver

from hongxian.cli import company as installation
from hongxian.letters import naming
from tests import cast as casting
from tests.cast import Cast, Someone
from tests.journeys.browsing import Browser
from tests.letters.pushes import push
from tests.portal.feeds import bring, letter, look
from tests.visitors import portal_process, visit_of

STAFF = ("lan", "mei", "chen", "zheng", "wu", "operations", "privacy_officer", "fraud_desk", "auditor", "trainer")
ROLES = ("desk", "worker", "dialer", "auditor")
WORKER_MAY = frozenset({"city_id", "id", "member_id", "kept_until", "received_at", "until", "revoked_at"})
TABLES = ("letters_other", "letters_viewed", "letters_sent", "letters_optout", "letters_batch", "vault_pushed")


@dataclass(frozen=True)
class Planted:
    """A member whom 兰 holds, with words and a site's reference that stand nowhere else."""

    cast: Cast
    someone: Someone
    words: str
    shared: str
    reference: str
    district: str
    ids: list[int]

    @property
    def traces(self) -> list[str]:
        """How any of it would look in an answer or a table."""
        ref_hash = naming.hash_of(naming.key(), self.reference)
        refs = [ref_hash.hex(), naming.pseudonym_of(ref_hash, self.someone.member_id).hex()]
        return [self.words, self.words.encode().hex(), self.reference, self.district, *refs]


@pytest.fixture(scope="module")
def planted(company: None) -> Planted:
    cast = Cast()
    someone = cast.member(held_by=cast.lan)
    token = secrets.token_hex(4)
    words, reference, district = f"只给她看的话{token}", f"site-{token}", f"某区{token}"
    shared = f"给顾问看的话{token}"
    with portal_process():
        bring((someone, [look(reference, district=district)], [letter(words, reference)]), opted_out=[reference])
        browser, _ = visit_of(someone)
        for path in ("/letters/", "/letters/viewed/", "/letters/sent/", "/letters/card/"):
            assert browser.get(path).status_code == 200
    push(someone, cast.lan, text=shared)
    ids = [row[0] for row in casting.rows("SELECT id FROM letters_sent WHERE member_id = %(id)s", id=someone.member_id)]
    return Planted(cast, someone, words, shared, reference, district, ids)


class TestPages:
    @pytest.mark.slow
    @pytest.mark.timeout(900)
    def test_that_anybody_can_reach_show_nothing(self, desk_port: int, planted: Planted) -> None:
        for name in STAFF:
            browser = Browser.of(desk_port, planted.cast.people[name])
            browser.crawl("/desk/", f"/desk/member/{planted.someone.city_id}/{planted.someone.member_id}/")
            text = "\n".join(answer.everything for answer in browser.seen)
            assert [each for each in planted.traces if each in text] == [], name
            assert (planted.shared in text) == (name == "lan"), name

    @pytest.mark.slow
    @pytest.mark.timeout(900)
    def test_that_exist_show_nothing_with_any_number(self, desk_port: int, planted: Planted) -> None:
        """Every address of the desk, with the numbers of member and letter wherever a number goes."""
        routes = [str(each.pattern) for each in _addresses(get_resolver("hongxian.config.urls").url_patterns)]
        assert len(routes) > 40
        for name in STAFF:
            browser = Browser.of(desk_port, planted.cast.people[name])
            for route in routes:
                if route == "logout/":
                    continue
                named = route.replace("<int:city_id>", str(planted.someone.city_id))
                for number in (planted.someone.member_id, planted.ids[0]) if "<" in named else planted.ids[:1]:
                    path = "/" + re.sub(r"<\w+:\w+>", str(number), named)
                    browser.get(path)
                    if number == planted.ids[0]:
                        browser.post(path, {"member": str(planted.someone.member_id), "letter": str(number)})
            text = "\n".join(answer.everything for answer in browser.seen)
            assert [each for each in planted.traces if each in text] == [], name

    def test_have_no_word_for_letters(self) -> None:
        routes = [str(each.pattern) for each in _addresses(get_resolver("hongxian.config.urls").url_patterns)]
        assert [each for each in routes if "letter" in each or "feed" in each] == []


class TestTables:
    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("table", TABLES)
    def test_are_shut(self, planted: Planted, role: str, table: str) -> None:
        columns: list[str] = [
            row[0] for row in casting.rows("SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(%(t)s) AND attnum > 0", t=table)
        ]  # fmt: skip
        may: frozenset[str] = WORKER_MAY if role == "worker" else frozenset()
        with installation.site().connect(role) as connection:
            for column in columns:
                assert _is_shut(connection, f"SELECT {column} FROM {table}") or column in may, column
            statements = [f"SELECT * FROM {table}", f"SELECT to_jsonb(one) FROM {table} AS one", f"COPY {table} TO STDOUT"]
            statements += [f"UPDATE {table} SET city_id = 0", f"INSERT INTO {table} (city_id) VALUES (0)", f"LOCK {table}"]
            statements += [f"DELETE FROM {table} RETURNING *", f"TRUNCATE {table}"]
            for statement in statements:
                if role == "worker" and statement.startswith("LOCK"):
                    continue  # who may delete may lock
                assert _is_shut(connection, statement), statement

    @pytest.mark.parametrize("role", ROLES)
    def test_that_a_role_may_read_hold_nothing_of_it(self, planted: Planted, role: str) -> None:
        """Everything this role can read, whole or by column, is read."""
        found = []
        with installation.site().connect(role) as connection:
            readable = connection.execute(
                "SELECT c.relname::text, string_agg(quote_ident(a.attname), ', ') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition"
                " AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT') GROUP BY 1"
            ).fetchall()
            assert readable
            for table, columns in readable:
                query = f"SELECT coalesce(string_agg(to_jsonb(one)::text, ' '), '') FROM (SELECT {columns} FROM {table}) AS one"
                row = connection.execute(query.encode()).fetchone()
                assert row is not None
                found += [(table, each) for each in [*planted.traces, planted.shared] if each in str(row[0])]
        assert found == []


class TestElsewhere:
    def test_jobs_carry_nothing_of_it(self, planted: Planted) -> None:
        [(text,)] = casting.rows("SELECT coalesce(string_agg(to_jsonb(job)::text, ' '), '') FROM procrastinate_jobs AS job")
        assert [each for each in [*planted.traces, planted.shared] if each in text] == []

    def test_traces_carry_nothing_of_it(self, planted: Planted) -> None:
        [(text,)] = casting.rows("SELECT coalesce(string_agg(to_jsonb(trace)::text, ' '), '') FROM audit_trace AS trace")
        assert [each for each in [*planted.traces, planted.shared] if each in text] == []

    def test_logs_carry_nothing_of_it(self, planted: Planted) -> None:
        logs = "".join(file.read_text(errors="replace") for file in settings.HOME.logs.glob("*.log*"))
        assert [each for each in [*planted.traces, planted.shared] if each in logs] == []

    def test_no_table_of_the_company_holds_the_words(self, planted: Planted) -> None:
        """Not even the owner of the tables can read them."""
        for (table,) in casting.rows(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
        ):
            [(text,)] = casting.rows(f"SELECT coalesce(string_agg(to_jsonb(one)::text, ' '), '') FROM {table} AS one")
            for words in (planted.words, planted.shared):
                assert words not in text, table
                assert words.encode().hex() not in text, table


def _addresses(given: list[Any]) -> list[Any]:
    found: list[Any] = []
    for each in given:
        found += _addresses(each.url_patterns) if hasattr(each, "url_patterns") else [each]
    return found


def _is_shut(connection: psycopg.Connection[Any], statement: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    except psycopg.errors.Error:
        return False
    return False
