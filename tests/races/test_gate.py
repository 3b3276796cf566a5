"""
The gate under load: two who contact one person at the same moment, and a "no" that comes while texts are going out.

Which came first is not guessed from clocks of the test: the server keeps the commit time of a "no" and of the keeper's mark
on a permit. Tried: without the members' locks in gate.permit_texts both stores' texts leave; without the keeper's hold on the
members numbers come out that commit after a "no".
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from hongxian.cli import processes
from hongxian.outreach import gate, refusing
from hongxian.portal import consenting, door
from tests import cast as casting
from tests.cast import Cast
from tests.outreach import texts
from tests.outreach.conftest import zone_at_noon
from tests.races.test_withdrawals import database_as
from tests.visitors import open_visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Someone

pytestmark = [pytest.mark.usefixtures("company"), pytest.mark.timeout(300)]
dice = random.SystemRandom()


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast(timezone=zone_at_noon())


def at_once(*works: tuple[str, Callable[[], Any]]) -> list[Any]:
    """Each on a thread with the database role of a process, all at the same moment; what each returned."""
    barrier, found, trouble = threading.Barrier(len(works)), [None] * len(works), []

    def one(place: int, role: str, work: Callable[[], Any]) -> None:
        try:
            with database_as(role):
                connections["default"].ensure_connection()
                barrier.wait(timeout=60)
                found[place] = work()
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            trouble.append(error)

    threads = [threading.Thread(target=one, args=(place, *each)) for place, each in enumerate(works)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=90)
    assert trouble == []
    return found


class TestTwoStores:
    def test_text_one_person_and_exactly_one_leaves(self, cast: Cast) -> None:
        """Three of four texts are spent; each store has forty people at once, in an order of its own."""
        members, wording = [cast.member(held_by=cast.lan) for _ in range(40)], texts.version()
        for each in members:
            casting.ground(each, cast.wu, kind="contract")
            texts.sent(each, cast.mei, 1, 2, 3)
        backwards = list(reversed(members))

        def send(who: Any, order: list[Someone]) -> Callable[[], dict[int, str]]:
            asked = [texts.text(each, who, wording, how="automatic") for each in order]

            def go() -> dict[int, str]:
                answers: dict[int, str] = {}
                for start in range(0, len(asked), 8):
                    verdicts = texts.permit(cast, *asked[start : start + 8])
                    answers |= {each.member_id: v.reason for each, v in zip(asked[start : start + 8], verdicts, strict=True)}
                return answers

            return go

        east, west = at_once(("worker", send(cast.lan, members)), ("worker", send(cast.wu, backwards)))
        assert [sorted((east[each.member_id], west[each.member_id])) for each in members] == [["", "cap_month"]] * 40
        assert {east[each.member_id] for each in members} == {"", "cap_month"}, "it was a race"
        left = casting.rows(
            "SELECT member_id, count(*) FROM vault_permit WHERE city_id = %(city)s GROUP BY member_id", city=cast.city_id
        )
        assert [count for _, count in left] == [4] * 40

    def test_call_and_text_one_person_and_a_lifetime_ends_at_its_number(self, cast: Cast) -> None:
        """Twenty-three of twenty-four contacts are spent; the desk asks for a call, the worker for a text."""
        members, wording = [cast.member(held_by=cast.lan) for _ in range(20)], texts.version()
        for each in members:
            texts.sent(each, cast.mei, *range(40, 63))
        lan, found = cast.lan.actor(), []

        def send(asked: gate.Text) -> Callable[[], str]:
            return lambda: texts.permit(cast, asked)[0].reason

        def call(member: Someone) -> Callable[[], str]:
            def go() -> str:
                with transaction.atomic():
                    given = {"city_id": cast.city_id, "member_id": member.member_id}
                    return gate.permit(by=lan, channel="call", now=timezone.now(), **given).reason

            return go

        for each in members:
            asked = texts.text(each, cast.lan, wording, how="automatic")
            found.append(at_once(("desk", call(each)), ("worker", send(asked))))
        assert [sorted(pair) for pair in found] == [["", "cap_lifetime"]] * 20

    def test_one_senders_budget_is_not_spent_twice(self, cast: Cast) -> None:
        members, wording = [cast.member(held_by=cast.lan) for _ in range(40)], texts.version()
        texts.sent(members[0], cast.lan, *[0] * 3, how="hand")
        casting.run(
            "UPDATE vault_permit SET member_id = %(id)s WHERE city_id = %(city)s", id=members[0].member_id, city=cast.city_id
        )

        def send(mine: list[Someone]) -> Callable[[], list[str]]:
            asked = [texts.text(each, cast.lan, wording, how="library") for each in mine]
            return lambda: [texts.permit(cast, each)[0].reason for each in asked]

        found = at_once(*(("worker", send(members[start::4])) for start in range(4)))
        assert sorted(reason for each in found for reason in each) == [""] * 27 + ["cap_day"] * 13


LATE = """
SELECT permit.id FROM vault_permit AS permit JOIN consent_withdrawal AS no ON no.city_id = permit.city_id AND no.member_id = permit.member_id
 WHERE permit.city_id = %(city)s AND permit.used_at IS NOT NULL AND no.purpose = permit.purpose
   AND pg_xact_commit_timestamp(permit.xmin) >= pg_xact_commit_timestamp(no.xmin)
UNION ALL
SELECT permit.id FROM vault_permit AS permit
  JOIN members_member AS member ON member.city_id = permit.city_id AND member.id = permit.member_id
  JOIN consent_suppression AS no ON no.number_hash = ANY (member.number_hashes)
 WHERE permit.city_id = %(city)s AND permit.used_at IS NOT NULL
   AND pg_xact_commit_timestamp(permit.xmin) >= pg_xact_commit_timestamp(no.xmin)
"""


def test_no_number_comes_out_after_a_no(cast: Cast) -> None:
    """Senders and keeper are processes of their own; members say no through the portal and through their consultant."""
    members, wording = [cast.member(held_by=cast.lan) for _ in range(50)], texts.version()
    tokens = {each.member_id: open_visit(each) for each in members}
    lan = cast.lan.actor()
    command = [sys.executable, "-m", "tests.races.sender", str(cast.city_id), str(cast.lan.staff_id), str(wording)]
    command += [str(each.member_id) for each in members]
    senders = [
        subprocess.Popen(
            command, env=processes.environment("worker"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]

    def take_back(someone: Someone) -> None:
        visit = door.visit_behind(tokens[someone.member_id])
        assert visit is not None
        consenting.withdraw(visit=visit, purpose="outreach.sms", now=timezone.now())

    def refuse(someone: Someone) -> None:
        refusing.refuse(by=lan, city_id=cast.city_id, member_id=someone.member_id, reason="refused", now=timezone.now())

    def say_no(how: Callable[[Someone], None], people: list[Someone]) -> Callable[[], None]:
        def go() -> None:
            for each in people:
                time.sleep(dice.uniform(0.02, 0.2))
                how(each)

        return go

    try:
        deadline = time.monotonic() + 60
        used = "SELECT count(*) FROM vault_permit WHERE city_id = %(city)s AND used_at IS NOT NULL"
        while casting.rows(used, city=cast.city_id)[0][0] < 2 * len(members) and time.monotonic() < deadline:
            time.sleep(0.1)
        at_once(("portal", say_no(take_back, members[:25])), ("desk", say_no(refuse, members[25:])))
    finally:
        told = [sender.communicate(b"\n", timeout=60) for sender in senders]
    assert [sender.returncode for sender in senders] == [0, 0], [errors.decode()[-2000:] for _, errors in told]
    given = [int(words) for words, _ in told]
    assert min(given) > len(members), "both were at it"
    reasons = dict(
        casting.rows(
            "SELECT reason, count(*) FROM audit_trace WHERE city_id = %(city)s AND action = 'gate.permit' AND outcome = 'denied'"
            " GROUP BY reason",
            city=cast.city_id,
        )
    )
    assert {"no_consent", "suppressed"} <= set(reasons)
    assert casting.rows(LATE, city=cast.city_id) == []
