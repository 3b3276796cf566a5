"""Reminders, follow-ups and birthdays: once an occasion, in the holder's name, and a birthday only of who said yes to that."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from hongxian.kernel.clock import day_of, start_of
from hongxian.outreach import automating
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.outreach.messages import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from tests.cast import Cast, Someone

BODIES = {
    "reminder": "{alias}您好，{consultant}提醒您：{date}{time}我们有约。",
    "follow_up": "{alias}您好，上次聊得很愉快，有问题随时找{consultant}。",
    "birthday": "{alias}，生日快乐！{store}",
}


@pytest.fixture(autouse=True)
def worker(company: None, settings: Settings) -> Iterator[None]:
    settings.SMS_GATEWAY = "loopback"
    with signed_in_as("worker"):
        yield


@pytest.fixture(autouse=True)
def templates(company: None) -> Iterator[dict[str, int]]:
    """One wording in use for each kind, and no others."""
    made = {kind: version_of(body=body, uses=[kind]) for kind, body in BODIES.items()}
    yield made
    casting.run("UPDATE outreach_version SET state = 'refused' WHERE id = ANY (%(ids)s)", ids=list(made.values()))


def agree(someone: Someone, outcome: str, *, at: datetime | None = None, last: datetime | None = None) -> None:
    casting.run(
        "UPDATE pools_holding SET last_outcome = %(o)s, call_back_at = %(a)s, last_contact_at = %(l)s"
        " WHERE city_id = %(c)s AND member_id = %(m)s",
        o=outcome,
        a=at,
        l=last or casting.now(),
        c=someone.city_id,
        m=someone.member_id,
    )


def talked(cast: Cast, someone: Someone, at: datetime, outcome: str = "interested") -> None:
    casting.insert(
        "outreach_call",
        city_id=cast.city_id,
        at=at,
        member_id=someone.member_id,
        staff_id=cast.lan.staff_id,
        outcome=outcome,
        filed="hand",
        request_key=uuid4(),
    )


def texts(cast: Cast) -> list[tuple[Any, ...]]:
    return casting.rows(
        "SELECT member_id, staff_id, how, version_id, variables, state FROM outreach_message WHERE city_id = %(c)s ORDER BY id",
        c=cast.city_id,
    )


def run(cast: Cast, *, now: datetime | None = None) -> int:
    return automating.queue_due(city_id=cast.city_id, now=now or casting.now())


def tomorrow(hour: int = 14) -> datetime:
    return start_of(day_of(casting.now()) + timedelta(days=1)) + timedelta(hours=hour)


class TestReminders:
    def test_go_out_the_day_before_in_the_holders_name(self, cast: Cast, templates: dict[str, int]) -> None:
        someone, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        agree(someone, "visit", at=tomorrow())
        agree(other, "call_back", at=tomorrow() + timedelta(days=1))
        assert run(cast) == 1
        [(member_id, staff_id, how, version_id, variables, state)] = texts(cast)
        assert (member_id, staff_id, how, version_id, state) == (
            someone.member_id,
            cast.lan.staff_id,
            "automatic",
            templates["reminder"],
            "waiting",
        )
        day = tomorrow()
        assert variables == {"consultant": "lan老师", "city": "测试市", "date": f"{day.month}月{day.day}日", "time": "14:00"}

    def test_are_queued_once_however_often_the_job_runs(self, cast: Cast) -> None:
        agree(cast.member(held_by=cast.lan), "visit", at=tomorrow())
        assert [run(cast), run(cast), run(cast, now=casting.now() + timedelta(minutes=1))] == [1, 0, 0]

    def test_are_queued_once_by_many_workers_at_the_same_moment(self, cast: Cast) -> None:
        for _ in range(3):
            agree(cast.member(held_by=cast.lan), "visit", at=tomorrow())

        def work(_: int) -> int:
            with signed_in_as("worker"):
                return run(cast)

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(work, range(6))) == 3
        assert len(texts(cast)) == 3

    def test_of_an_appointment_that_moves_are_another_occasion_and_a_new_holder_is_not(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        agree(someone, "visit", at=tomorrow())
        run(cast)
        casting.run(
            "UPDATE pools_holding SET staff_id = %(s)s WHERE member_id = %(m)s AND city_id = %(c)s",
            s=cast.mei.staff_id,
            m=someone.member_id,
            c=cast.city_id,
        )
        assert run(cast) == 0
        agree(someone, "visit", at=tomorrow(16))
        assert run(cast) == 1

    def test_are_switched_off_with_their_template(self, cast: Cast, templates: dict[str, int]) -> None:
        agree(cast.member(held_by=cast.lan), "visit", at=tomorrow())
        casting.run("UPDATE outreach_version SET state = 'refused' WHERE id = %(i)s", i=templates["reminder"])
        assert run(cast) == 0

    def test_need_a_gateway(self, cast: Cast, settings: Settings) -> None:
        settings.SMS_GATEWAY = "none"
        agree(cast.member(held_by=cast.lan), "visit", at=tomorrow())
        assert run(cast) == 0


class TestFollowUps:
    def test_go_out_three_days_after_a_first_talk(self, cast: Cast, templates: dict[str, int]) -> None:
        then = casting.now() - timedelta(days=3)
        first, second, lately = (cast.member(held_by=cast.lan) for _ in range(3))
        for someone, at in ((first, then), (second, then), (lately, casting.now())):
            agree(someone, "interested", last=at)
            talked(cast, someone, at)
        talked(cast, second, then - timedelta(days=9))
        assert run(cast) == 1
        assert [(row[0], row[3]) for row in texts(cast)] == [(first.member_id, templates["follow_up"])]
        assert run(cast, now=casting.now() + timedelta(minutes=2)) == 0


class TestBirthdays:
    def born_today(self, cast: Cast, *, said_yes: bool = True, day: date | None = None) -> Someone:
        day = day or day_of(casting.now())
        consents = (*casting.CONTACT, "outreach.birthday") if said_yes else casting.CONTACT
        someone = cast.member(held_by=cast.lan, consents=consents)
        casting.run("DELETE FROM vault_datakey WHERE member_id = %(m)s AND city_id = %(c)s", m=someone.member_id, c=cast.city_id)
        casting.run("DELETE FROM vault_envelope WHERE member_id = %(m)s AND city_id = %(c)s", m=someone.member_id, c=cast.city_id)
        cast.seal(someone, alias=someone.alias, number=someone.number, birth=f"1993-{day:%m-%d}")
        return someone

    def test_are_known_of_those_only_who_said_yes_to_that(self, cast: Cast, templates: dict[str, int]) -> None:
        willing, unwilling = self.born_today(cast), self.born_today(cast, said_yes=False)
        other = self.born_today(cast, day=day_of(casting.now()) + timedelta(days=40))
        assert run(cast) == 1
        assert [(row[0], row[3]) for row in texts(cast)] == [(willing.member_id, templates["birthday"])]
        assert casting.traces(unwilling) == []
        for someone in (willing, other):
            [(action, purpose, _, outcome, _, _, fields)] = casting.traces(someone)
            assert (action, purpose, outcome, fields) == ("member.birthday", "outreach.birthday", "allowed", ["birth"])

    def test_are_wished_once(self, cast: Cast) -> None:
        self.born_today(cast)
        assert [run(cast), run(cast)] == [1, 0]

    def test_are_not_looked_at_after_a_no(self, cast: Cast) -> None:
        someone = self.born_today(cast)
        casting.withdrawal(someone, "outreach.birthday")
        assert run(cast) == 0
        assert casting.traces(someone) == []

    def test_leave_nothing_in_the_texts_of_the_date(self, cast: Cast) -> None:
        self.born_today(cast)
        run(cast)
        assert "1993" not in str(texts(cast))

    @pytest.mark.parametrize(
        ("birth", "today", "is_it"),
        [
            ("1993-07-12", date(2026, 7, 12), True),
            ("1993-07-12", date(2026, 7, 13), False),
            ("1996-02-29", date(2027, 2, 28), True),
            ("1996-02-29", date(2028, 2, 28), False),
            ("1996-02-29", date(2028, 2, 29), True),
            ("", date(2026, 7, 12), False),
        ],
    )
    def test_of_leap_years(self, birth: str, today: date, is_it: bool) -> None:  # noqa: FBT001 - a table
        assert automating.is_birthday(birth, today) is is_it
