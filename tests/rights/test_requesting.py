"""A request: sealed when it is made, answered once, refused only with reason and route."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import errors

from hongxian.cli import company as installation
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.kernel.workdays import workdays_between
from hongxian.rights import queries, requesting
from hongxian.rights.kinds import Kind
from hongxian.vault import asking
from tests import cast as casting
from tests.cast import Cast, Someone
from tests.conftest import signed_in_as
from tests.rights.conftest import person

pytestmark = pytest.mark.usefixtures("desk")


def opened(
    cast: Cast, someone: Someone, *, text: str = "请告诉我你们有哪些资料", kind: str = "explain", now: datetime | None = None
) -> int:
    return requesting.open_request(
        by=person(cast),
        city_id=someone.city_id,
        member_id=someone.member_id,
        number_hash=None,
        kind=kind,
        text=text,
        now=now or casting.now(),
    ).request_id


def row(cast: Cast, request_id: int) -> tuple[object, ...]:
    [found] = casting.rows(
        "SELECT state, due_on, refusal_reason, complaint_route, handled_by, answer_id IS NOT NULL FROM rights_request"
        " WHERE city_id = %(c)s AND id = %(id)s",
        c=cast.city_id,
        id=request_id,
    )
    return tuple(found)


class TestOpen:
    @pytest.mark.parametrize("kind", Kind.values)
    def test_gives_fifteen_working_days(self, cast: Cast, kind: str) -> None:
        someone = cast.member()
        made = requesting.open_request(
            by=person(cast),
            city_id=someone.city_id,
            member_id=someone.member_id,
            number_hash=None,
            kind=kind,
            text="一句话",
            now=casting.now(),
        )
        today = casting.now().astimezone(COMPANY_ZONE).date()
        assert workdays_between(today, made.due_on) == 15

    def test_counts_around_the_spring_festival(self) -> None:
        clock = requesting.clock_of(datetime(2026, 2, 9, 9, 0, tzinfo=COMPANY_ZONE))
        assert (clock.due_on, clock.remind_on) == (date(2026, 3, 6), date(2026, 3, 3))

    def test_counts_every_day_of_a_year_without_a_calendar(self) -> None:
        assert requesting.clock_of(datetime(2031, 1, 1, 9, 0, tzinfo=COMPANY_ZONE)).due_on == date(2031, 1, 16)

    def test_late_at_night_belongs_to_the_company_day(self) -> None:
        """23:30 in Shanghai is the same day, half past midnight the next."""
        before = requesting.clock_of(datetime(2026, 6, 1, 15, 30, tzinfo=UTC)).due_on
        assert requesting.clock_of(datetime(2026, 6, 1, 16, 30, tzinfo=UTC)).due_on > before

    def test_leaves_no_word_in_plain_anywhere(self, cast: Cast) -> None:
        someone, secret = cast.member(), f"我的身份证{secrets.token_hex(6)}"
        opened(cast, someone, text=secret)
        for (table,) in casting.rows(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ):
            found = casting.rows(f"SELECT count(*) FROM {table} AS each WHERE each::text LIKE %(text)s", text=f"%{secret}%")
            assert found == [(0,)], table

    @pytest.mark.parametrize("text", ["", "   ", "\n\t"])
    def test_wants_words(self, cast: Cast, text: str) -> None:
        with pytest.raises(requesting.EmptyWords):
            opened(cast, cast.member(), text=text)

    def test_wants_a_known_kind(self, cast: Cast) -> None:
        with pytest.raises(requesting.UnknownChoice):
            opened(cast, cast.member(), kind="gossip")

    @pytest.mark.parametrize("who", ["lan", "chen", "zheng", "operations", "auditor", "fraud_desk"])
    def test_is_the_persons_or_the_privacy_offices(self, cast: Cast, who: str) -> None:
        someone = cast.member()
        with pytest.raises(NotAllowed):
            requesting.open_request(
                by=cast.people[who].actor(),
                city_id=someone.city_id,
                member_id=someone.member_id,
                number_hash=None,
                kind="copy",
                text="x",
                now=casting.now(),
            )

    def test_is_open_to_a_number_that_nobody_knows(self, cast: Cast) -> None:
        number_hash = secrets.token_bytes(32)
        made = requesting.open_request(
            by=person(cast),
            city_id=0,
            member_id=None,
            number_hash=number_hash,
            kind="number_source",
            text="从哪来的",
            now=casting.now(),
        )
        page = queries.request_page(by=cast.privacy_officer.actor(), city_id=0, request_id=made.request_id, now=casting.now())
        assert [each.text for each in page.events] == ["从哪来的"]
        assert page.member_id is None


class TestRead:
    def test_is_the_privacy_officers_against_a_trace(self, cast: Cast) -> None:
        someone = cast.member()
        request_id = opened(cast, someone, text="请更正我的学历")
        page = queries.request_page(
            by=cast.privacy_officer.actor(), city_id=someone.city_id, request_id=request_id, now=casting.now()
        )
        assert [(each.what, each.text) for each in page.events] == [("opened", "请更正我的学历")]
        assert page.member_id == someone.member_id
        action, purpose, ground, outcome, _, staff_id, fields = casting.traces(someone, action="rights.read")[-1]
        assert (action, purpose, ground, outcome) == ("rights.read", "rights.request", "request", "allowed")
        assert (staff_id, fields) == (cast.privacy_officer.staff_id, ["request_text"])

    @pytest.mark.parametrize("who", ["lan", "chen", "zheng", "operations", "auditor", "fraud_desk", "trainer"])
    def test_is_nobody_elses(self, cast: Cast, who: str) -> None:
        someone = cast.member(held_by=cast.lan)
        request_id = opened(cast, someone)
        with pytest.raises(NotAllowed):
            queries.request_page(by=cast.people[who].actor(), city_id=someone.city_id, request_id=request_id, now=casting.now())

    @pytest.mark.parametrize("state", ["minor", "restricted", "deceased"])
    def test_goes_on_whatever_has_become_of_the_record(self, cast: Cast, state: str) -> None:
        someone = cast.member()
        request_id = opened(cast, someone, text="限制之后也要答复")
        casting.run("UPDATE members_member SET state = %(s)s WHERE id = %(id)s", s=state, id=someone.member_id)
        page = queries.request_page(
            by=cast.privacy_officer.actor(), city_id=someone.city_id, request_id=request_id, now=casting.now()
        )
        assert page.events[0].text == "限制之后也要答复"

    @pytest.mark.parametrize(
        ("role", "purpose", "fields", "reason"),
        [
            ("consultant", "rights.request", ["request_text"], ""),
            ("privacy_officer", "rights.request", ["request_text", "complaint_text"], "field_outside_purpose"),
            ("privacy_officer", "outreach.call", ["request_text"], "field_outside_purpose"),
            ("store_manager", "rights.complaint", ["request_text"], "field_outside_purpose"),
            ("privacy_officer", "gossip", ["request_text"], "purpose_not_live"),
        ],
    )
    def test_keeper_checks_the_trace_for_itself(
        self, cast: Cast, role: str, purpose: str, fields: list[str], reason: str
    ) -> None:
        """A desk that lies about what it may still gets no word."""
        from hongxian.audit import recording
        from hongxian.kernel.actor import Actor
        from hongxian.kernel.permissions import Role

        someone = cast.member()
        opened(cast, someone)
        liar = Actor(staff_id=cast.lan.staff_id, role=Role(role), city_id=cast.city_id, store_id=cast.east)
        trace = recording.record(
            by=liar, action="x", purpose=purpose, member_ids=[someone.member_id], fields=fields, now=casting.now()
        )
        if not reason:
            assert asking.read_words(trace) == {}
            return
        with pytest.raises(asking.KeeperDenied) as denied:
            asking.read_words(trace)
        assert denied.value.reason == reason

    def test_answers_a_trace_once(self, cast: Cast) -> None:
        from hongxian.audit import recording

        someone = cast.member()
        opened(cast, someone)
        trace = recording.record(
            by=cast.privacy_officer.actor(),
            action="rights.read",
            purpose="rights.request",
            city_id=someone.city_id,
            member_ids=[someone.member_id],
            fields=["request_text"],
            now=casting.now(),
        )
        assert len(asking.read_words(trace)) == 1
        with pytest.raises(asking.KeeperDenied):
            asking.read_words(trace)


class TestAnswer:
    def test_ends_it_and_is_read_with_it(self, cast: Cast) -> None:
        someone, by = cast.member(), cast.privacy_officer.actor()
        request_id = opened(cast, someone)
        requesting.take(by=by, city_id=someone.city_id, request_id=request_id, now=casting.now())
        requesting.note(by=by, city_id=someone.city_id, request_id=request_id, text="正在核对", now=casting.now())
        requesting.answer(by=by, city_id=someone.city_id, request_id=request_id, text="资料如下", now=casting.now())
        page = queries.request_page(by=by, city_id=someone.city_id, request_id=request_id, now=casting.now())
        assert [(each.what, each.who, each.text) for each in page.events][1:] == [
            ("taken", "staff", ""),
            ("noted", "staff", "正在核对"),
            ("answered", "staff", "资料如下"),
        ]
        assert page.state == "done"
        assert not page.waiting

    def test_is_given_once(self, cast: Cast) -> None:
        someone, by = cast.member(), cast.privacy_officer.actor()
        request_id = opened(cast, someone)
        requesting.answer(by=by, city_id=someone.city_id, request_id=request_id, text="好", now=casting.now())
        with pytest.raises(requesting.AlreadyAnswered):
            requesting.refuse(
                by=by,
                city_id=someone.city_id,
                request_id=request_id,
                reason="identity",
                route="court",
                text="不",
                now=casting.now(),
            )
        with pytest.raises(requesting.AlreadyAnswered):
            requesting.note(by=by, city_id=someone.city_id, request_id=request_id, text="再说", now=casting.now())

    def test_of_two_at_once_is_given_once(self, cast: Cast) -> None:
        someone, by = cast.member(), cast.privacy_officer.actor()
        request_id, gate, results = opened(cast, someone), threading.Barrier(4), []

        def try_it() -> None:
            with signed_in_as("desk"):
                gate.wait()
                try:
                    requesting.answer(by=by, city_id=someone.city_id, request_id=request_id, text="好", now=casting.now())
                    results.append("answered")
                except requesting.AlreadyAnswered:
                    results.append("late")

        threads = [threading.Thread(target=try_it) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(results) == ["answered", "late", "late", "late"]

    def test_of_another_city_is_not_found(self, cast: Cast) -> None:
        someone = cast.member()
        request_id = opened(cast, someone)
        with pytest.raises(NotFound):
            requesting.answer(
                by=cast.privacy_officer.actor(), city_id=someone.city_id + 1, request_id=request_id, text="好", now=casting.now()
            )


class TestRefuse:
    def test_gives_reason_and_route(self, cast: Cast) -> None:
        someone, by = cast.member(), cast.privacy_officer.actor()
        request_id = opened(cast, someone)
        requesting.refuse(
            by=by,
            city_id=someone.city_id,
            request_id=request_id,
            reason="law_keeps",
            route="12377",
            text="依法保存",
            now=casting.now(),
        )
        state, _, reason, route, handler, answered = row(cast, request_id)
        assert (state, reason, route, handler, answered) == ("refused", "law_keeps", "12377", by.staff_id, True)

    @pytest.mark.parametrize(
        ("reason", "route", "text"),
        [
            ("", "court", "不"),
            ("identity", "", "不"),
            ("because", "court", "不"),
            ("identity", "nowhere", "不"),
            ("identity", "court", " "),
        ],
    )
    def test_is_not_taken_without(self, cast: Cast, reason: str, route: str, text: str) -> None:
        someone = cast.member()
        request_id = opened(cast, someone)
        with pytest.raises((requesting.UnknownChoice, requesting.EmptyWords)):
            requesting.refuse(
                by=cast.privacy_officer.actor(),
                city_id=someone.city_id,
                request_id=request_id,
                reason=reason,
                route=route,
                text=text,
                now=casting.now(),
            )
        assert row(cast, request_id)[0] == "open"

    @pytest.mark.parametrize(
        "change",
        [
            "state = 'refused', answered_at = now(), answer_id = 1, handled_by = 1, refusal_reason = 'identity'",
            "state = 'refused', answered_at = now(), answer_id = 1, handled_by = 1, complaint_route = 'court'",
            "state = 'done', answered_at = now(), handled_by = 1",
            "state = 'done', answer_id = 1, handled_by = 1",
            "state = 'gone'",
            "number_hash = 'x'",
        ],
    )
    def test_is_refused_by_the_table_itself_without(self, cast: Cast, change: str) -> None:
        someone = cast.member()
        request_id = opened(cast, someone)
        with pytest.raises(errors.CheckViolation):
            casting.run(f"UPDATE rights_request SET {change} WHERE id = %(id)s", id=request_id)

    @pytest.mark.parametrize("role", ["desk", "worker", "portal", "keeper", "auditor", "dialer"])
    @pytest.mark.parametrize("column", ["due_on", "remind_on", "opened_at", "kind"])
    def test_nobody_who_serves_moves_the_clock(self, cast: Cast, role: str, column: str) -> None:
        with installation.site().connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"UPDATE rights_request SET {column} = {column}".encode())


class TestQueue:
    def test_has_the_one_due_first_at_the_top_and_names_nobody(self, cast: Cast) -> None:
        someone, by = cast.member(), cast.privacy_officer.actor()
        late = opened(cast, someone, now=casting.now() - timedelta(days=40))
        fresh = opened(cast, someone)
        own = [line for line in queries.waiting(by=by) if line.city_id == cast.city_id]
        assert [line.request_id for line in own] == [late, fresh]
        today = casting.now().astimezone(COMPANY_ZONE).date()
        assert own[0].left(today) < 0 < own[1].left(today)
        assert not [trace for trace in casting.traces(someone) if trace[5] == by.staff_id]

    def test_moves_what_is_answered_to_the_other_list(self, cast: Cast) -> None:
        someone, by = cast.member(), cast.privacy_officer.actor()
        request_id = opened(cast, someone)
        requesting.answer(by=by, city_id=someone.city_id, request_id=request_id, text="好", now=casting.now())
        assert not [line for line in queries.waiting(by=by) if line.city_id == cast.city_id]
        assert [line.request_id for line in queries.answered(by=by) if line.city_id == cast.city_id] == [request_id]
