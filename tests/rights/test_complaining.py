"""A complaint: the store reads and comments; only the privacy officer closes it; the person may open it again."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pytest
from psycopg import errors

from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.rights import complaining, queries, requesting
from tests import cast as casting
from tests.cast import Cast, Someone
from tests.rights.conftest import person

pytestmark = pytest.mark.usefixtures("desk")
OTHERS = ["lan", "chen", "zheng", "xu", "operations", "auditor", "fraud_desk", "trainer"]


def complained(cast: Cast, someone: Someone, *, text: str = "反复打电话", now: datetime | None = None) -> int:
    return complaining.open_complaint(
        by=person(cast),
        city_id=someone.city_id,
        member_id=someone.member_id,
        number_hash=None,
        about="store",
        text=text,
        store_id=cast.east,
        staff_alias="lan老师",
        now=now or casting.now(),
    ).complaint_id


def close(cast: Cast, complaint_id: int, who: str = "privacy_officer", text: str = "已处理，向您道歉") -> None:
    complaining.close(by=cast.people[who].actor(), city_id=cast.city_id, complaint_id=complaint_id, text=text, now=casting.now())


class TestStore:
    def test_reads_what_is_about_it_but_not_whose_it_is(self, cast: Cast) -> None:
        someone = cast.member()
        complaint_id = complained(cast, someone)
        page = queries.complaint_page(by=cast.zheng.actor(), city_id=cast.city_id, complaint_id=complaint_id, now=casting.now())
        assert [each.text for each in page.events] == ["反复打电话"]
        assert page.member_id is None
        trace = casting.traces(someone, action="complaint.read")[-1]
        assert (trace[1], trace[2], trace[3], trace[5]) == ("rights.complaint", "complaint", "allowed", cast.zheng.staff_id)

    def test_sees_its_own_only(self, cast: Cast) -> None:
        complaint_id = complained(cast, cast.member())
        assert [each.complaint_id for each in queries.complaints(by=cast.zheng.actor())] == [complaint_id]
        assert queries.complaints(by=cast.xu.actor()) == []
        with pytest.raises(NotFound):
            queries.complaint_page(by=cast.xu.actor(), city_id=cast.city_id, complaint_id=complaint_id, now=casting.now())
        with pytest.raises(NotFound):
            complaining.comment(
                by=cast.xu.actor(), city_id=cast.city_id, complaint_id=complaint_id, text="不是我们", now=casting.now()
            )

    def test_is_not_told_other_words_of_the_same_person(self, cast: Cast) -> None:
        """Two complaints of one person about two stores: each store opens its own."""
        someone = cast.member()
        mine = complained(cast, someone, text="东店的事")
        complaining.open_complaint(
            by=person(cast),
            city_id=someone.city_id,
            member_id=someone.member_id,
            number_hash=None,
            about="store",
            text="西店的事",
            store_id=cast.west,
            now=casting.now(),
        )
        from hongxian.audit import recording
        from hongxian.vault import asking

        trace = recording.record(
            by=cast.zheng.actor(),
            action="complaint.read",
            purpose="rights.complaint",
            member_ids=[someone.member_id],
            fields=["complaint_text"],
            now=casting.now(),
        )
        assert list(asking.read_words(trace).values()) == ["东店的事"]
        page = queries.complaint_page(by=cast.zheng.actor(), city_id=cast.city_id, complaint_id=mine, now=casting.now())
        assert [each.text for each in page.events] == ["东店的事"]

    def test_comments(self, cast: Cast) -> None:
        complaint_id = complained(cast, cast.member())
        complaining.comment(
            by=cast.zheng.actor(), city_id=cast.city_id, complaint_id=complaint_id, text="已和顾问谈话", now=casting.now()
        )
        page = queries.complaint_page(
            by=cast.privacy_officer.actor(), city_id=cast.city_id, complaint_id=complaint_id, now=casting.now()
        )
        assert [(each.what, each.text) for each in page.events][1:] == [("commented", "已和顾问谈话")]
        assert page.line.open

    def test_of_a_person_without_a_record_too(self, cast: Cast) -> None:
        ref = complaining.open_complaint(
            by=person(cast),
            city_id=0,
            member_id=None,
            number_hash=secrets.token_bytes(32),
            about="call",
            text="我不认识你们",
            store_id=cast.east,
            now=casting.now(),
        )
        assert (ref.city_id, [each.complaint_id for each in queries.complaints(by=cast.zheng.actor())]) == (0, [ref.complaint_id])
        page = queries.complaint_page(by=cast.zheng.actor(), city_id=0, complaint_id=ref.complaint_id, now=casting.now())
        assert page.events[0].text == "我不认识你们"


class TestClose:
    @pytest.mark.parametrize("who", OTHERS)
    def test_is_denied_to_everybody_else_and_the_try_is_on_record(self, cast: Cast, who: str) -> None:
        someone = cast.member()
        complaint_id = complained(cast, someone)
        with pytest.raises(NotAllowed):
            close(cast, complaint_id, who)
        trace = casting.traces(someone, action="complaint.close")[-1]
        assert (trace[3], trace[4], trace[5]) == ("denied", "role", cast.people[who].staff_id)
        assert queries.complaints(by=cast.zheng.actor())[0].open

    @pytest.mark.parametrize("role", ["store_manager", "team_manager", "operations", "system", ""])
    def test_by_another_role_is_refused_by_the_table_itself(self, cast: Cast, role: str) -> None:
        complaint_id = complained(cast, cast.member())
        with pytest.raises(errors.CheckViolation):
            casting.run(
                "UPDATE rights_complaint SET closed_at = now(), closed_by = 1, answer_id = 1, closed_role = %(role)s WHERE id = %(id)s",
                role=role,
                id=complaint_id,
            )

    def test_without_an_answer_is_refused(self, cast: Cast) -> None:
        complaint_id = complained(cast, cast.member())
        with pytest.raises(requesting.EmptyWords):
            close(cast, complaint_id, text=" ")
        with pytest.raises(errors.CheckViolation):
            casting.run(
                "UPDATE rights_complaint SET closed_at = now(), closed_by = 1, closed_role = 'privacy_officer' WHERE id = %(id)s",
                id=complaint_id,
            )

    def test_with_an_answer_ends_it_once(self, cast: Cast) -> None:
        complaint_id = complained(cast, cast.member())
        close(cast, complaint_id)
        assert not queries.complaints(by=cast.zheng.actor())[0].open
        with pytest.raises(complaining.NotOpen):
            close(cast, complaint_id)
        with pytest.raises(complaining.NotOpen):
            complaining.comment(
                by=cast.zheng.actor(), city_id=cast.city_id, complaint_id=complaint_id, text="还有话", now=casting.now()
            )


class TestReopen:
    def reopen(self, cast: Cast, complaint_id: int) -> None:
        complaining.reopen(by=person(cast), city_id=cast.city_id, complaint_id=complaint_id, text="还在打", now=casting.now())

    def test_is_the_persons_answer_to_the_answer(self, cast: Cast) -> None:
        complaint_id = complained(cast, cast.member())
        close(cast, complaint_id)
        self.reopen(cast, complaint_id)
        assert queries.complaints(by=cast.zheng.actor())[0].open
        with pytest.raises(complaining.NotClosed):
            self.reopen(cast, complaint_id)
        close(cast, complaint_id)
        assert not queries.complaints(by=cast.zheng.actor())[0].open
        self.reopen(cast, complaint_id)
        page = queries.complaint_page(
            by=cast.privacy_officer.actor(), city_id=cast.city_id, complaint_id=complaint_id, now=casting.now()
        )
        assert [each.what for each in page.events] == ["opened", "answered", "reopened", "answered", "reopened"]

    def test_of_what_is_open_is_refused(self, cast: Cast) -> None:
        complaint_id = complained(cast, cast.member())
        with pytest.raises(complaining.NotClosed):
            self.reopen(cast, complaint_id)

    @pytest.mark.parametrize("who", OTHERS)
    def test_is_not_a_stores(self, cast: Cast, who: str) -> None:
        complaint_id = complained(cast, cast.member())
        close(cast, complaint_id)
        with pytest.raises(NotAllowed):
            complaining.reopen(
                by=cast.people[who].actor(), city_id=cast.city_id, complaint_id=complaint_id, text="x", now=casting.now()
            )


def test_escalation_day_is_the_tenth(cast: Cast) -> None:
    complained(cast, cast.member(), now=casting.now() - timedelta(days=3))
    [line] = queries.complaints(by=cast.zheng.actor())
    assert (line.escalates_on - line.opened_at.astimezone().date()).days in {9, 10, 11}
