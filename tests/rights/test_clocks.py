"""Clocks with a made-up now: reminders, escalation, and a second run that finds nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.rights import clocks, complaining, queries, requesting
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.rights.conftest import person


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), COMPANY_ZONE)


def mind(cast: Cast, now: datetime) -> clocks.Moved:
    with signed_in_as("worker"):
        return clocks.mind(by=Actor.system("mind_clocks", city_id=cast.city_id), city_id=cast.city_id, now=now)


def opened(cast: Cast, now: datetime) -> int:
    someone = cast.member()
    with signed_in_as("desk"):
        return requesting.open_request(
            by=person(cast),
            city_id=cast.city_id,
            member_id=someone.member_id,
            number_hash=None,
            kind="delete",
            text="删除",
            now=now,
        ).request_id


def complained(cast: Cast, now: datetime) -> int:
    someone = cast.member()
    with signed_in_as("desk"):
        return complaining.open_complaint(
            by=person(cast),
            city_id=cast.city_id,
            member_id=someone.member_id,
            number_hash=None,
            about="call",
            text="太多了",
            store_id=cast.east,
            now=now,
        ).complaint_id


class TestRequests:
    # Opened on Monday 9 February 2026: due on 6 March, around the Spring Festival and two worked Saturdays.
    MADE, REMIND, DUE = date(2026, 2, 9), date(2026, 3, 3), date(2026, 3, 6)

    @pytest.mark.parametrize(
        ("day", "reminded", "escalated"),
        [
            (date(2026, 2, 10), 0, 0),
            (date(2026, 2, 17), 0, 0),  # in the middle of the holidays
            (date(2026, 3, 2), 0, 0),
            (REMIND, 1, 0),
            (DUE, 1, 0),  # the last day is still in time
            (date(2026, 3, 7), 1, 1),
            (date(2026, 6, 1), 1, 1),
        ],
    )
    def test_are_marked_on_their_days(self, cast: Cast, day: date, reminded: int, escalated: int) -> None:
        opened(cast, at(self.MADE))
        moved = mind(cast, at(day, 8))
        assert (moved.reminded, moved.escalated) == (reminded, escalated)

    def test_are_marked_once(self, cast: Cast) -> None:
        opened(cast, at(self.MADE))
        assert mind(cast, at(date(2026, 4, 1))) == clocks.Moved(1, 1, 0)
        assert mind(cast, at(date(2026, 4, 1), 10)) == clocks.Moved(0, 0, 0)
        assert mind(cast, at(date(2026, 4, 2))) == clocks.Moved(0, 0, 0)

    def test_of_an_unknown_year_run_without_weekends(self, cast: Cast) -> None:
        opened(cast, at(date(2031, 1, 1)))  # due on the 16th
        assert mind(cast, at(date(2031, 1, 12))).reminded == 0
        assert mind(cast, at(date(2031, 1, 13))).reminded == 1
        assert mind(cast, at(date(2031, 1, 16), 23)).escalated == 0
        assert mind(cast, at(date(2031, 1, 17), 0)).escalated == 1

    def test_that_are_answered_stand_still(self, cast: Cast) -> None:
        request_id = opened(cast, at(self.MADE))
        with signed_in_as("desk"):
            requesting.answer(
                by=cast.privacy_officer.actor(), city_id=cast.city_id, request_id=request_id, text="好", now=at(self.MADE, 10)
            )
        assert mind(cast, at(date(2026, 6, 1))) == clocks.Moved(0, 0, 0)

    def test_have_it_in_their_history(self, cast: Cast) -> None:
        request_id = opened(cast, at(self.MADE))
        mind(cast, at(date(2026, 4, 1)))
        with signed_in_as("desk"):
            page = queries.request_page(
                by=cast.privacy_officer.actor(), city_id=cast.city_id, request_id=request_id, now=casting.now()
            )
        assert [(each.what, each.who) for each in page.events][1:] == [("reminded", "system"), ("escalated", "system")]
        assert page.escalated


class TestComplaints:
    MADE = datetime(2026, 6, 1, 23, 50, tzinfo=COMPANY_ZONE)

    @pytest.mark.parametrize(("days", "escalated"), [(0, 0), (9, 0), (10, 1), (11, 1), (300, 1)])
    def test_go_up_on_day_ten(self, cast: Cast, days: int, escalated: int) -> None:
        complained(cast, self.MADE)
        assert mind(cast, at(date(2026, 6, 1) + timedelta(days=days), 0)).complaints == escalated

    def test_go_up_once_and_anew_after_a_reopening(self, cast: Cast) -> None:
        complaint_id, officer = complained(cast, self.MADE), cast.privacy_officer.actor()
        assert mind(cast, at(date(2026, 6, 20))).complaints == 1
        assert mind(cast, at(date(2026, 6, 21))).complaints == 0
        with signed_in_as("desk"):
            complaining.close(by=officer, city_id=cast.city_id, complaint_id=complaint_id, text="好了", now=at(date(2026, 6, 22)))
            assert mind(cast, at(date(2026, 7, 30))).complaints == 0
            complaining.reopen(
                by=person(cast), city_id=cast.city_id, complaint_id=complaint_id, text="没有", now=at(date(2026, 8, 1))
            )
            [line] = queries.complaints(by=cast.zheng.actor())
        assert (line.open, line.escalated, line.escalates_on) == (True, False, date(2026, 8, 11))
        assert mind(cast, at(date(2026, 8, 10))).complaints == 0
        assert mind(cast, at(date(2026, 8, 11))).complaints == 1
