"""The audit of invariants: a company in order breaks none of them, and each breach is named with its row."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.core.management import call_command

from hongxian.audit import sealing
from hongxian.cli import checking
from hongxian.cli.management.commands import check as command
from hongxian.pools import claiming
from hongxian.pools.filtering import EVERYBODY
from tests.cast import Cast, Someone
from tests.conftest import signed_in_as
from tests.outreach.messages import text_of, version_of
from tests.owner import insert, insert_bare, now, run

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBER = "city_id = %(c)s AND member_id = %(m)s"


@pytest.fixture(scope="module")
def crew(company: None) -> Cast:
    return Cast()


def two_members(cast: Cast) -> tuple[Someone, Someone]:
    """兰 claims one of two; who is held and who is free."""
    run("UPDATE pools_entry SET rank = rank + 1000000000000 WHERE city_id = %(c)s", c=cast.city_id)
    found = [cast.member(pooled=True) for _ in range(2)]
    with signed_in_as("desk"):
        [claim] = claiming.claim_next(by=cast.lan.actor(), pool_id=cast.east_pool, n=1, filters=EVERYBODY, now=now())
    held = next(each for each in found if each.member_id == claim.member_id)
    return held, next(each for each in found if each is not held)


def broken(cast: Cast) -> dict[str, checking.Violation]:
    found = checking.check(now=now(), days=3, city_ids=frozenset({cast.city_id}), with_log=False)
    return {each.name: each for each in found}


def plant(query: str) -> Callable[[Cast, Someone, Someone], None]:
    def planted(cast: Cast, held: Someone, free: Someone) -> None:
        run(query, c=cast.city_id, m=held.member_id, f=free.member_id, s=cast.lan.staff_id, p=cast.east_pool)

    return planted


def unasked_text(cast: Cast, held: Someone, free: Someone) -> None:
    text_of(cast, cast.lan, version_id=version_of(), member_id=held.member_id, state="delivered")


def left_in_the_middle(cast: Cast, held: Someone, free: Someone) -> None:
    early = now() - timedelta(hours=2)
    text_of(cast, cast.lan, version_id=version_of(), member_id=held.member_id, state="handing", at=early, handed_at=None)


def permit_after_no(cast: Cast, held: Someone, free: Someone) -> None:
    said = now() - timedelta(hours=3)
    insert_bare("consent_suppression", number_hash=free.hashes[0], origin="t", reason="refused", recorded_at=said, staff_id=0)
    used_permit(cast, free)


def used_permit(cast: Cast, member: Someone) -> None:
    insert(
        "vault_permit",
        city_id=cast.city_id,
        member_id=member.member_id,
        staff_id=cast.lan.staff_id,
        channel="sms",
        purpose="outreach.sms",
        issued_at=now(),
        latest_at=now() + timedelta(minutes=1),
        used_at=now(),
    )


def call_not_counted(cast: Cast, held: Someone, free: Someone) -> None:
    insert(
        "outreach_call",
        city_id=cast.city_id,
        at=now(),
        member_id=held.member_id,
        staff_id=cast.lan.staff_id,
        outcome="interested",
        filed="hand",
        request_key=uuid4(),
    )


def line_of_nobody(cast: Cast, held: Someone, free: Someone) -> None:
    early = now() - timedelta(hours=1)
    insert_bare("outreach_busyline", city_id=cast.city_id, staff_id=cast.lan.staff_id, at=early, request_key=uuid4())


PLANTS = [
    ("places", plant("INSERT INTO pools_resting (city_id, member_id, pool_id, until, reason) VALUES (%(c)s, %(f)s, %(p)s, now(), 'x')")),
    ("quotas", plant("UPDATE pools_quota SET used = used + 1 WHERE city_id = %(c)s AND staff_id = %(s)s AND used > 0")),
    ("hands", plant("UPDATE pools_hand SET held = held - 1 WHERE city_id = %(c)s AND staff_id = %(s)s")),
    ("grounds", plant(f"DELETE FROM vault_ground WHERE {MEMBER} AND kind = 'claim'")),
    ("grounds", plant(f"UPDATE vault_ground SET until = until + interval '1 day' WHERE {MEMBER}")),
    ("ledger", plant(f"DELETE FROM pools_holding WHERE {MEMBER}")),
    ("noes", plant("UPDATE members_member SET suppressed_at = now() WHERE city_id = %(c)s AND id = %(f)s")),
    ("noes", permit_after_no),
    ("contacts", permit_after_no),
    ("permits", lambda cast, held, free: used_permit(cast, held)),
    ("uses", unasked_text),
    ("texts", left_in_the_middle),
    ("text_counts", unasked_text),
    ("call_counts", call_not_counted),
    ("lines", line_of_nobody),
    ("opened", plant("INSERT INTO vault_opened (city_id, trace_at, trace_id, opened_at) VALUES (%(c)s, now(), %(m)s, now())")),
    ("keys", plant(f"DELETE FROM vault_datakey WHERE {MEMBER}")),
    ("numbers", plant("UPDATE members_number SET member_id = %(m)s WHERE city_id = %(c)s AND member_id = %(f)s")),
]  # fmt: skip


# Where a breach takes more than one row: the hour and the day, two envelopes, a quota of today and one laid out for tomorrow.
ROWS = {"text_counts": 2, "call_counts": 2, "keys": 2}


def test_a_company_in_order_breaks_none(crew: Cast) -> None:
    two_members(crew)
    assert broken(crew) == {}


def test_each_of_them_is_planted_here() -> None:
    assert {name for name, _ in PLANTS} == {each.name for each in checking.INVARIANTS}


@pytest.mark.parametrize(("name", "break_it"), PLANTS, ids=[f"{name}-{place}" for place, (name, _) in enumerate(PLANTS)])
@pytest.mark.usefixtures("company")
def test_a_breach_is_named(name: str, break_it: Callable[[Cast, Someone, Someone], None]) -> None:
    cast = Cast()
    held, free = two_members(cast)
    assert broken(cast) == {}
    break_it(cast, held, free)
    assert broken(cast)[name].count == ROWS.get(name, 1)


@pytest.mark.usefixtures("company")
def test_a_row_of_the_log_that_was_edited_is_named() -> None:
    cast = Cast()
    two_members(cast)
    sealing.seal_all(now=now())
    one = "city_id = %(c)s AND id = (SELECT max(id) FROM audit_trace WHERE city_id = %(c)s)"
    run(f"UPDATE audit_trace SET reason = 'edited' WHERE {one}", c=cast.city_id)
    [found] = checking.check(now=now(), days=3, city_ids=frozenset({cast.city_id}))
    run(f"UPDATE audit_trace SET reason = '' WHERE {one}", c=cast.city_id)
    assert (found.name, found.rows[0]["kind"]) == ("log", "edited")
    assert checking.check(now=now(), days=3, city_ids=frozenset({cast.city_id})) == []


@pytest.mark.usefixtures("company")
def test_says_ids_and_nothing_about_the_person() -> None:
    cast = Cast()
    someone = cast.member(held_by=cast.lan)
    run("DELETE FROM vault_datakey WHERE city_id = %(c)s", c=cast.city_id)
    found = list(broken(cast).values())
    told = "\n".join(command.as_lines(found)) + command.as_json(found)
    assert str(someone.member_id) in told
    assert not [each for each in someone.secrets if each in told]
    assert json.loads(command.as_json(found))["sound"] is False


@pytest.mark.usefixtures("company")
def test_the_command_ends_1_when_something_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    cast = Cast()
    cast.member(held_by=cast.lan)
    run("UPDATE pools_hand SET held = 0 WHERE city_id = %(c)s", c=cast.city_id)
    with pytest.raises(SystemExit) as ended:
        call_command("check", "--without-log")
    assert ended.value.code == 1
    assert f"hands {cast.code}" in capsys.readouterr().out
