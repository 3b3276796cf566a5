"""Filing what came of a call (结果登记), and what follows from each outcome."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from hongxian.consent import suppressing
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.outreach import gate, outcomes
from hongxian.pools import claiming
from hongxian.pools.filtering import EVERYBODY
from hongxian.vault import asking
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.outreach.test_refusing import places_of
from tests.vault.test_revealing import look

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.usefixtures("desk")


def file(
    member: Someone,
    by: Person,
    outcome: str,
    *,
    now: datetime | None = None,
    key: UUID | None = None,
    at: datetime | None = None,
    **more: Any,
) -> outcomes.Filed:
    now = now or casting.now()
    if at is None and outcome in outcomes.NEEDS_TIME:
        at = now + timedelta(days=2)
    return outcomes.file_outcome(
        by=by.actor(),
        city_id=member.city_id,
        member_id=member.member_id,
        outcome=outcome,
        request_key=key or uuid4(),
        now=now,
        at=at,
        **({"seconds": None, "note": ""} | more),
    )


def calls_of(member: Someone) -> list[tuple[Any, ...]]:
    query = "SELECT outcome, staff_id, seconds, permit_id IS NOT NULL FROM outreach_call WHERE member_id = %(id)s ORDER BY at, id"
    return casting.rows(query, id=member.member_id)


def record_of(member: Someone) -> tuple[Any, ...]:
    query = (
        "SELECT contacts, intends, suppressed_at IS NOT NULL, last_contact_at IS NOT NULL FROM members_member WHERE id = %(id)s"
    )
    return casting.rows(query, id=member.member_id)[0]


def holding_of(member: Someone) -> tuple[Any, ...] | None:
    query = "SELECT last_outcome, call_back_at, held_until, cardinality(silent_slots) FROM pools_holding WHERE member_id = %(id)s"
    return next(iter(casting.rows(query, id=member.member_id)), None)


def rest_of(member: Someone) -> tuple[Any, ...] | None:
    return next(iter(casting.rows("SELECT reason, until FROM pools_resting WHERE member_id = %(id)s", id=member.member_id)), None)


def ask(member: Someone, by: Person, *, now: datetime | None = None) -> str:
    verdict = gate.probe(by=by.actor(), number_hashes=member.hashes, channel="call", now=now or casting.now())
    return verdict.reason


class TestOutcome:
    @pytest.mark.parametrize("outcome", ["busy", "interested"])
    def test_without_a_time_keeps_the_holding(self, cast: Cast, outcome: str) -> None:
        member, now = cast.member(held_by=cast.lan), casting.now()
        filed = file(member, cast.lan, outcome, now=now, seconds=90)
        assert (filed.ended, filed.rest_began, filed.repeated) == (False, False, False)
        assert calls_of(member) == [(outcome, cast.lan.staff_id, 90, False)]
        holding = holding_of(member)
        assert holding is not None
        assert holding[:2] == (outcome, None)
        assert abs(holding[2] - (now + timedelta(days=7))) < timedelta(seconds=1)
        assert record_of(member) == (1, outcome == "interested", False, True)

    @pytest.mark.parametrize("outcome", ["call_back", "visit"])
    def test_with_a_time_holds_a_day_beyond_it(self, cast: Cast, outcome: str) -> None:
        member, now = cast.member(held_by=cast.lan), casting.now()
        file(member, cast.lan, outcome, now=now, at=now + timedelta(days=20))
        holding = holding_of(member)
        assert holding is not None
        assert abs(holding[1] - (now + timedelta(days=20))) < timedelta(seconds=1)
        assert abs(holding[2] - (now + timedelta(days=21))) < timedelta(seconds=1)
        grounds = casting.rows("SELECT until FROM vault_ground WHERE member_id = %(id)s", id=member.member_id)
        assert grounds == [(holding[2],)], "the ground lasts as long as the holding"

    @pytest.mark.parametrize(("outcome", "days"), [("invalid", 180), ("fraud", 365)])
    def test_that_rests_is_the_end_for_everybody_until_then(self, cast: Cast, outcome: str, days: int) -> None:
        member, now = cast.member(held_by=cast.lan), casting.now()
        filed = file(member, cast.lan, outcome, now=now)
        assert (filed.ended, filed.rest_began) == (True, True)
        rest = rest_of(member)
        assert rest is not None
        assert rest[0] == outcome
        assert abs(rest[1] - (now + timedelta(days=days))) < timedelta(seconds=1)
        assert places_of(member) == ["pools_resting"]
        assert ask(member, cast.privacy_officer) == "resting"

    @pytest.mark.parametrize("outcome", ["refused", "married"])
    def test_that_is_final_is_a_no_for_ever(self, cast: Cast, outcome: str) -> None:
        member = cast.member(held_by=cast.lan)
        filed = file(member, cast.lan, outcome)
        assert filed.ended
        assert set(suppressing.suppressed(member.hashes).values()) == {outcome}
        assert places_of(member) == []
        assert record_of(member)[2]
        assert [call[0] for call in calls_of(member)] == [outcome]
        assert ask(member, cast.privacy_officer) == "suppressed"

    def test_is_traced(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        file(member, cast.lan, "interested")
        [trace] = casting.traces(member, action="outreach.file")
        assert trace[1:6] == ("outreach.call", "claim", "allowed", "interested", cast.lan.staff_id)

    def test_notes_are_sealed(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        file(member, cast.lan, "interested", note="  喜欢徒步  ")
        opened = asking.reveal(look(cast.lan, member, fields=("note",)))[member.member_id]
        assert [text for _, text in opened["note"]] == ["喜欢徒步"]
        stored = casting.rows(
            "SELECT note FROM vault_envelope WHERE member_id = %(id)s AND note IS NOT NULL", id=member.member_id
        )
        assert "徒步".encode() not in bytes(stored[0][0])

    def test_knows_the_permit_behind_the_call(self, cast: Cast) -> None:
        member, now = cast.member(held_by=cast.lan), casting.now()
        casting.insert(
            "vault_permit",
            city_id=cast.city_id,
            member_id=member.member_id,
            staff_id=cast.lan.staff_id,
            channel="call",
            purpose="outreach.call",
            issued_at=now - timedelta(minutes=3),
            latest_at=now,
            used_at=now - timedelta(minutes=3),
        )
        file(member, cast.lan, "busy", now=now)
        assert calls_of(member) == [("busy", cast.lan.staff_id, None, True)]


class TestRefusals:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"outcome": "bribed"},
            {"outcome": ""},
            {"outcome": "busy", "seconds": -1},
            {"outcome": "busy", "seconds": 6 * 3600 + 1},
            {"outcome": "busy", "note": "x" * 2001},
            {"outcome": "visit", "at": casting.now() - timedelta(minutes=1)},
            {"outcome": "call_back", "at": casting.now() + timedelta(days=91)},
        ],
    )
    def test_file_nothing(self, cast: Cast, wrong: dict[str, Any]) -> None:
        member = cast.member(held_by=cast.lan)
        with pytest.raises(outcomes.BadOutcome) as refusal:
            file(member, cast.lan, **wrong)
        assert refusal.value.status == 422
        assert calls_of(member) == []

    def test_a_time_must_be_given(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        with pytest.raises(outcomes.BadOutcome):
            outcomes.file_outcome(
                by=cast.lan.actor(),
                city_id=cast.city_id,
                member_id=member.member_id,
                outcome="visit",
                request_key=uuid4(),
                now=casting.now(),
                at=None,
                seconds=None,
                note="",
            )

    @pytest.mark.parametrize("who", ["mei", "wu"])
    def test_of_those_who_do_not_hold_look_like_nobody_and_are_traced(self, cast: Cast, who: str) -> None:
        member = cast.member(held_by=cast.lan)
        with pytest.raises(NotFound):
            file(member, cast.people[who], "refused")
        assert calls_of(member) == []
        assert suppressing.suppressed(member.hashes) == {}
        assert [(trace[0], trace[3]) for trace in casting.traces(member)] == [("outreach.file", "denied")]

    @pytest.mark.parametrize("who", ["chen", "zheng", "privacy_officer", "auditor"])
    def test_of_other_roles(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            file(cast.member(held_by=cast.lan), cast.people[who], "busy")


class TestSecondPress:
    @pytest.mark.parametrize("outcome", sorted(outcomes.OUTCOMES))
    def test_changes_nothing(self, cast: Cast, outcome: str) -> None:
        member, key = cast.member(held_by=cast.lan), uuid4()
        first = file(member, cast.lan, outcome, key=key)
        second = file(member, cast.lan, outcome, key=key)
        assert (first.repeated, second.repeated) == (False, True)
        assert len(calls_of(member)) == 1
        assert record_of(member)[0] == 1
        assert tallied(cast.lan)["calls"] == 1

    def test_at_the_same_moment_changes_nothing(self, cast: Cast) -> None:
        member, key, start = cast.member(held_by=cast.lan), uuid4(), threading.Barrier(4)

        def press() -> bool:
            with signed_in_as("desk"):
                start.wait()
                return file(member, cast.lan, "no_answer", key=key).repeated

        with ThreadPoolExecutor(4) as threads:
            pressed = [threads.submit(press) for _ in range(4)]
            assert sorted(each.result() for each in pressed) == [False, True, True, True]
        assert len(calls_of(member)) == 1


def shanghai(days: int, clock: str) -> datetime:
    """A moment in the company's days to come."""
    hour, minute = map(int, clock.split(":"))
    day = datetime.now(COMPANY_ZONE) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


class TestNoAnswer:
    def silences(self, cast: Cast, moments: Iterable[datetime]) -> tuple[Someone, list[bool]]:
        member = cast.member(held_by=cast.lan)
        return member, [file(member, cast.lan, "no_answer", now=moment).rest_began for moment in moments]

    @pytest.mark.parametrize(
        "moments",
        [
            [(1, "09:00"), (1, "12:00"), (1, "14:00")],
            [(1, "20:59"), (2, "20:59"), (3, "20:59")],
            [(1, "11:59"), (1, "12:00"), (2, "11:59")],
        ],
    )
    def test_three_times_in_different_parts_of_days_starts_the_rest_for_everyone(
        self, cast: Cast, moments: list[tuple[int, str]]
    ) -> None:
        times = [shanghai(*moment) for moment in moments]
        member, began = self.silences(cast, times)
        assert began == [False, False, True]
        assert places_of(member) == ["pools_resting"]
        rest = rest_of(member)
        assert rest is not None
        assert rest == ("no_answer", times[-1] + timedelta(days=30))
        assert ask(member, cast.privacy_officer, now=times[-1] + timedelta(days=29)) == "resting"
        for person, pool in (
            (cast.lan, cast.east_pool),
            (cast.mei, cast.east_pool),
            (cast.liu, cast.east_pool),
            (cast.wu, cast.city_pool),
        ):
            with pytest.raises(claiming.NothingToClaim):
                claiming.claim_next(by=person.actor(), pool_id=pool, n=1, filters=EVERYBODY, now=times[-1] + timedelta(hours=1))

    @pytest.mark.parametrize(
        "moments",
        [
            [(1, "09:00"), (1, "10:00"), (1, "11:59"), (1, "11:59")],
            [(1, "18:00"), (1, "20:00"), (2, "09:00"), (2, "09:30")],
            [(1, "08:59"), (1, "21:00"), (2, "23:00"), (3, "03:00")],
        ],
    )
    def test_in_the_same_part_or_outside_hours_counts_no_more(self, cast: Cast, moments: list[tuple[int, str]]) -> None:
        member, began = self.silences(cast, [shanghai(*moment) for moment in moments])
        assert began == [False] * len(moments)
        assert rest_of(member) is None
        assert len(calls_of(member)) == len(moments), "each call is filed all the same"

    def test_other_outcomes_between_do_not_count(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        for moment, outcome in (("09:00", "no_answer"), ("12:00", "busy"), ("14:00", "no_answer")):
            assert not file(member, cast.lan, outcome, now=shanghai(1, moment)).rest_began


def tallied(person: Person) -> dict[str, int]:
    """The consultant's day as it was kept."""
    names = ("calls", "connects", "no_answers", "interested", "visits", "refusals")
    columns = ", ".join(f"sum({name})::int" for name in names)
    found = casting.rows(f"SELECT {columns} FROM outreach_tally WHERE staff_id = %(id)s AND span = 'day'", id=person.staff_id)
    return dict(zip(names, found[0], strict=True))


class TestTally:
    def test_equals_a_recount(self, cast: Cast) -> None:
        for number, outcome in enumerate([*sorted(outcomes.OUTCOMES), "no_answer", "visit", "busy"]):
            file(cast.member(held_by=cast.lan), cast.lan, outcome, now=shanghai(1 + number % 2, f"{9 + number}:30"))
        for span in ("hour", "day"):
            kept = casting.rows(
                "SELECT begins, calls, connects, no_answers, interested, visits, refusals FROM outreach_tally"
                " WHERE staff_id = %(id)s AND span = %(span)s ORDER BY begins",
                id=cast.lan.staff_id,
                span=span,
            )
            counted = casting.rows(
                "SELECT date_trunc(%(span)s, at, 'Asia/Shanghai'), count(*)::int,"
                " count(*) FILTER (WHERE outcome = ANY (%(connected)s))::int, count(*) FILTER (WHERE outcome = 'no_answer')::int,"
                " count(*) FILTER (WHERE outcome = 'interested')::int, count(*) FILTER (WHERE outcome = 'visit')::int,"
                " count(*) FILTER (WHERE outcome IN ('refused', 'married'))::int"
                " FROM outreach_call WHERE staff_id = %(id)s GROUP BY 1 ORDER BY 1",
                id=cast.lan.staff_id,
                span=span,
                connected=sorted(outcomes.CONNECTED),
            )
            assert kept == counted

    def test_counts_for_the_store_and_team_of_the_consultant(self, cast: Cast) -> None:
        file(cast.member(held_by=cast.lan), cast.lan, "busy")
        places = casting.rows(
            "SELECT DISTINCT store_id, team_id FROM outreach_tally WHERE staff_id = %(id)s", id=cast.lan.staff_id
        )
        assert places == [(cast.east, cast.team)]
