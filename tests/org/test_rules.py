"""The rules in force: each at its moment, the strictest where that counts, and nothing at all where they cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError

from hongxian.org import queries, rule_kinds, rules
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.owner import now, owner, rows, run

LATER = timedelta(days=3)


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    people = Cast()
    with signed_in_as("desk"):
        yield people
    rules.forget()


def put(key: str, value: dict[str, Any] | None, *, since: datetime, city: int | None = None, store: int | None = None) -> None:
    run(
        "INSERT INTO org_rule (key, city_id, store_id, value, effective_from, made_at, made_by, why)"
        " VALUES (%(key)s, %(city)s, %(store)s, %(value)s, %(since)s, %(since)s, 0, 'test')",
        key=key,
        city=city,
        store=store,
        value=None if value is None else json.dumps(value),
        since=since,
    )
    rules.forget()


def age(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the rules had been asked for a while ago."""
    assert rules._known is not None
    monkeypatch.setattr(rules, "_known", (rules._known[0] - 2 * rules.TRUSTED_FOR, *rules._known[1:]))


def who_asks(cast: Cast) -> None:
    """What every request begins with."""
    found = queries.signed_in(
        today=now().date(), process="desk", account_id=cast.lan.account_id, epoch=0, session_id=None, now=now()
    )
    assert found is not None


class TestInForce:
    def test_are_the_numbers_to_start_with(self, cast: Cast) -> None:
        for key in rule_kinds.KINDS:
            assert rules.read().value(key, now=now()) == rule_kinds.first_value(key)
        found = rules.contact(city_id=cast.city_id, now=now())
        assert (found.first_hour, found.end_hour, found.calls, found.texts, found.lifetime) == (9, 21, 3, 4, 24)

    def test_change_by_themselves_at_their_moment(self, cast: Cast) -> None:
        then = now() + LATER
        put("contact.hours", {"first": 10, "end": 18}, since=then, city=cast.city_id)
        rules.read()  # as a process that has them in memory since yesterday
        just_before, at = then - timedelta(microseconds=1), then
        assert rules.contact(city_id=cast.city_id, now=just_before).end_hour == 21
        assert rules.contact(city_id=cast.city_id, now=at).end_hour == 18

    def test_of_a_city_are_only_ever_stricter(self, cast: Cast) -> None:
        put("contact.caps", {"calls": 5, "texts": 1, "days": 60, "lifetime": 24}, since=now(), city=cast.city_id)
        found = rules.contact(city_id=cast.city_id, now=now())
        assert (found.calls, found.texts, found.span.days) == (3, 1, 60), "the company's three calls hold"

    def test_of_a_store_go_before_the_citys_for_tiers(self, cast: Cast) -> None:
        value = rule_kinds.first_value("tier.X")
        put("tier.X", {**value, "city_cap": 40}, since=now(), city=cast.city_id)
        put("tier.X", {**value, "city_cap": 7}, since=now(), store=cast.east)
        at = now()
        caps = [rules.tiers(city_id=cast.city_id, store_id=store, now=at)["X"].city_cap for store in (cast.east, cast.west, None)]
        assert caps == [7, 40, 40]
        put("tier.X", None, since=now(), store=cast.east)
        assert rules.tiers(city_id=cast.city_id, store_id=cast.east, now=now())["X"].city_cap == 40, "it has none of its own now"

    def test_of_two_for_one_moment_the_later_word_counts(self, cast: Cast) -> None:
        then = now() + LATER
        put("pools.claims", {"held_days": 5, "waits_days": 30, "silences": 3, "rest_days": 30}, since=then, city=cast.city_id)
        put("pools.claims", {"held_days": 9, "waits_days": 30, "silences": 3, "rest_days": 30}, since=then, city=cast.city_id)
        assert rules.claims(city_id=cast.city_id, now=then).held_for.days == 9

    def test_come_to_other_processes_within_a_second(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        rules.read()
        at = now()
        run(
            "INSERT INTO org_rule (key, city_id, value, effective_from, made_at, made_by, why) VALUES ('contact.hours', %(city)s,"
            " '{\"first\": 11, \"end\": 12}', %(at)s, %(at)s, 0, 'x')",
            city=cast.city_id,
            at=at,
        )
        monkeypatch.setattr(rules, "TRUSTED_FOR", 0.0)
        assert rules.contact(city_id=cast.city_id, now=at).first_hour == 11

    def test_cost_no_statement_while_they_are_fresh(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        rules.read()
        monkeypatch.setattr(rules, "TRUSTED_FOR", 60.0)
        monkeypatch.setattr(rules._version, "one", lambda: pytest.fail("asked"))
        assert rules.contact(city_id=cast.city_id, store_id=cast.east, now=now()).calls == 3

    def test_cost_a_request_no_statement(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        known = rules.read()
        age(monkeypatch)
        who_asks(cast)
        monkeypatch.setattr(rules._version, "one", lambda: pytest.fail("asked"))
        assert rules.read() is known

    def test_come_with_a_request_at_once(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        rules.read()
        at = now()
        run(
            "INSERT INTO org_rule (key, city_id, value, effective_from, made_at, made_by, why) VALUES ('contact.hours', %(city)s,"
            " '{\"first\": 11, \"end\": 12}', %(at)s, %(at)s, 0, 'x')",
            city=cast.city_id,
            at=at,
        )
        monkeypatch.setattr(rules, "TRUSTED_FOR", 60.0)
        assert rules.contact(city_id=cast.city_id, now=at).first_hour == 9, "nobody has asked since"
        who_asks(cast)
        assert rules.contact(city_id=cast.city_id, now=at).first_hour == 11


class TestFailsClosed:
    def test_when_the_table_cannot_be_read(self, cast: Cast) -> None:
        desk = rows("SELECT current_database()")[0][0]
        assert desk
        roles = [name for (name,) in rows("SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%%desk'")]
        for role in roles:
            owner().execute(f"REVOKE SELECT ON org_rule FROM {role}".encode())
        rules.forget()
        try:
            with pytest.raises(DatabaseError):
                rules.contact(city_id=cast.city_id, now=now())
        finally:
            for role in roles:
                owner().execute(f"GRANT SELECT ON org_rule TO {role}".encode())
        assert rules.contact(city_id=cast.city_id, now=now()).calls == 3

    def test_when_a_rule_is_missing(self) -> None:
        some = rules.Rules([rules._Row(1, "contact.hours", 0, 0, '{"first": 9, "end": 21}', now() - LATER)])
        with pytest.raises(rules.RulesUnreadable):
            some.value("contact.caps", now=now())
        with pytest.raises(rules.RulesUnreadable):
            some.value("contact.hours", now=now() - 2 * LATER)

    @pytest.mark.parametrize("value", ['{"first": 0, "end": 24}', '{"first": 9}', '{"first": "9", "end": 21}', "{}", '{"a": 1}'])
    def test_when_it_makes_no_sense(self, value: str) -> None:
        some = rules.Rules([rules._Row(1, "contact.hours", 0, 0, value, now() - LATER)])
        with pytest.raises(rules.RulesUnreadable):
            some.value("contact.hours", now=now())

    def test_where_city_and_company_leave_no_hour(self, cast: Cast) -> None:
        put("contact.hours", {"first": 18, "end": 21}, since=now(), city=cast.city_id)
        some = rules.read()
        kind = rule_kinds.KINDS["contact.hours"]
        assert rule_kinds.strictest(kind, {"first": 9, "end": 12}, {"first": 18, "end": 21}) == {"first": 18, "end": 12}
        assert some.value("contact.hours", city_id=cast.city_id, now=now())["first"] == 18


BAD: list[tuple[str, dict[str, Any] | None]] = [
    ("contact.hours", {"first": 8, "end": 21}),
    ("contact.hours", {"first": 9, "end": 22}),
    ("contact.hours", {"first": 15, "end": 12}),
    ("contact.hours", {"first": 9}),
    ("contact.hours", None),
    ("contact.caps", {"calls": 6, "texts": 4, "days": 30, "lifetime": 24}),
    ("contact.caps", {"calls": 3, "texts": 4, "days": 7, "lifetime": 24}),
    ("contact.caps", {"calls": 3, "texts": 4, "days": 30, "lifetime": 3}),
    ("contact.by_hand", {"a_day": 61, "store_an_hour": 120}),
    ("tier.X", {"best_grade": "S", "store_cap": 20, "city_cap": 50, "share": 10, "holding_cap": 200}),
    ("tier.Y", {"best_grade": "B", "store_cap": 20, "city_cap": 50, "share": 90, "holding_cap": 20}),
    ("nobody.knows", {"first": 9}),
]


class TestTable:
    @pytest.mark.parametrize(("key", "value"), BAD)
    def test_takes_nothing_that_makes_no_sense(self, cast: Cast, key: str, value: dict[str, Any] | None) -> None:
        """Whoever writes: here it is the owner of the tables."""
        with pytest.raises(psycopg.errors.IntegrityError):
            put(key, value, since=now())

    def test_changes_nothing_past(self, cast: Cast) -> None:
        at = now()
        with pytest.raises(psycopg.errors.CheckViolation):
            run(
                "INSERT INTO org_rule (key, value, effective_from, made_at, made_by, why)"
                " VALUES ('contact.hours', '{\"first\": 9, \"end\": 20}', %(then)s, %(at)s, 0, 'x')",
                then=at - LATER,
                at=at,
            )

    def test_has_the_ends_that_the_code_has(self) -> None:
        [(text,)] = rows("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'org_rule_makes_sense'")
        for kind in rule_kinds.KINDS.values():
            assert f"'{kind.key}'" in text
            for number in kind.numbers:
                assert f"'{number.name}'::text))::integer >= {number.least}" in text, (kind.key, number.name)
                assert f"'{number.name}'::text))::integer <= {number.most}" in text, (kind.key, number.name)


def test_moments_have_a_zone() -> None:
    assert datetime(2000, 1, 1, tzinfo=UTC) < now()
