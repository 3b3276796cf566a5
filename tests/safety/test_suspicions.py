"""A suspicion (举报): one press, one case, the reporter protected, nothing else stops."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from psycopg import errors

from hongxian.audit import recording
from hongxian.cli import company as installation
from hongxian.kernel.refusal import NotAllowed
from hongxian.outreach import outcomes
from hongxian.rights import erasing
from hongxian.safety import cases, keeping, reporting
from hongxian.vault import asking
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.visitors import portal_process, visit_of

if TYPE_CHECKING:
    from django.test import Client

WORDS = "他让我投资一个内部平台，先转八千"


def press(browser: Client, member: Someone, *, text: str = WORDS, kind: str = "money") -> Any:
    return browser.post(f"/desk/member/{member.city_id}/{member.member_id}/report/", {"kind": kind, "text": text})


def cases_about(member: Someone) -> list[tuple[Any, ...]]:
    return casting.rows(
        "SELECT id, state, reports FROM safety_case WHERE city_id = %(c)s AND member_id = %(m)s ORDER BY id",
        c=member.city_id,
        m=member.member_id,
    )


def page(browser: Client, city_id: int, case_id: int, act: str = "", **form: str) -> Any:
    path = f"/desk/cases/{city_id}/{case_id}/{act}"
    return browser.post(path, form) if act else browser.get(path)


def reported(cast: Cast, by: Person | None = None, **more: Any) -> tuple[Someone, int]:
    member = cast.member(held_by=by or cast.lan)
    assert press((by or cast.lan).browser(), member, **more).status_code == 303
    return member, cases_about(member)[0][0]


class TestPress:
    def test_opens_a_case_and_stops_nothing_else(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        before = casting.rows("SELECT held_until FROM pools_holding WHERE member_id = %(id)s", id=member.member_id)
        browser = cast.lan.browser()
        assert press(browser, member).status_code == 303
        assert [line[1:] for line in cases_about(member)] == [("open", 1)]
        assert casting.rows("SELECT held_until FROM pools_holding WHERE member_id = %(id)s", id=member.member_id) == before
        assert casting.rows("SELECT suppressed_at, state FROM members_member WHERE id = %(id)s", id=member.member_id) == [
            (None, "live")
        ]
        assert browser.get(f"/desk/member/{member.city_id}/{member.member_id}/").status_code == 200

    def test_without_a_word_is_enough(self, cast: Cast) -> None:
        member, _ = reported(cast, text="")
        assert len(cases_about(member)) == 1

    def test_joins_the_case_that_is_open(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        for person in (cast.lan, cast.chen, cast.zheng):
            press(person.browser(), member)
        assert cases_about(member) == [(case_id, "open", 4)]

    def test_after_a_result_opens_a_new_one(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        desk = cast.fraud_desk.browser()
        page(desk, member.city_id, case_id, "take/")
        assert page(desk, member.city_id, case_id, "close/", result="unclear").status_code == 303
        press(cast.lan.browser(), member)
        assert [line[1:] for line in cases_about(member)] == [("closed", 1), ("open", 1)]

    def test_many_at_once_make_one_case(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        begin = threading.Barrier(4)

        def one() -> None:
            with signed_in_as("desk"):
                begin.wait()
                for _ in range(3):
                    reporting.report_member(
                        by=cast.lan.actor(),
                        city_id=member.city_id,
                        member_id=member.member_id,
                        kind="other",
                        text="",
                        now=casting.now(),
                    )

        with ThreadPoolExecutor(4) as threads:
            for done in [threads.submit(one) for _ in range(4)]:
                done.result()
        assert [line[1:] for line in cases_about(member)] == [("open", 12)]

    @pytest.mark.parametrize("form", [{}, {"kind": "gossip"}, {"kind": "money", "text": "x" * 2001}])
    def test_needs_a_kind_and_few_words(self, cast: Cast, form: dict[str, str]) -> None:
        member = cast.member(held_by=cast.lan)
        answer = cast.lan.browser().post(f"/desk/member/{member.city_id}/{member.member_id}/report/", form)
        assert answer.status_code == 422
        assert cases_about(member) == []

    def test_about_somebody_elses_member_tells_the_member_of_a_look_not_of_a_report(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.wu, west=True)
        assert press(cast.lan.browser(), member).status_code == 404
        assert cases_about(member) == []
        assert [(trace[0], trace[3]) for trace in casting.traces(member)] == [("member.view", "denied")]

    def test_comes_of_the_outcome_fraud_too(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        filed = outcomes.file_outcome(
            by=cast.lan.actor(),
            city_id=member.city_id,
            member_id=member.member_id,
            outcome="fraud",
            request_key=uuid4(),
            now=casting.now(),
            at=None,
            seconds=None,
            note=WORDS,
        )
        assert filed.rest_began
        assert [line[1:] for line in cases_about(member)] == [("open", 1)]
        told = [trace for trace in casting.traces(member) if "fraud" in str(trace) or trace[1] == "safety"]
        assert told == [], "the member reads these lines"


class TestReporter:
    """Nobody who serves can learn who reported: not from pages, not from tables, not from traces."""

    @pytest.mark.parametrize("role", ["desk", "portal", "worker", "dialer", "keeper", "auditor"])
    @pytest.mark.parametrize("column", ["reporter_kind", "reporter_id"])
    def test_stands_in_columns_that_no_process_reads(self, cast: Cast, role: str, column: str) -> None:
        reported(cast)
        with installation.site().connect(role) as connection:
            for statement in (
                f"SELECT {column} FROM safety_report",
                f"SELECT count({column}) FROM safety_report",
                f"SELECT id FROM safety_report WHERE {column} IS NOT NULL",
                f"SELECT id FROM safety_report ORDER BY {column}",
                "SELECT report FROM safety_report AS report",
                f"DELETE FROM safety_report WHERE {column} IS NOT NULL",
                f"UPDATE safety_report SET {column} = {column}",
                (
                    "INSERT INTO safety_report (city_id, about, kind, at, subject, reporter_kind, reporter_id)"
                    f" VALUES (1, 'other', 'other', now(), -1, 'staff', 1) RETURNING {column}"
                ),
                f"SELECT {column} FROM portal_new_report",
                f"COPY safety_report ({column}) TO STDOUT",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(statement.encode())

    def test_is_named_by_no_trace_together_with_the_case_or_the_member(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        browser, began = cast.lan.browser(), casting.rows("SELECT count(*) FROM audit_trace")[0][0]
        press(browser, member)
        assert casting.rows("SELECT count(*) FROM audit_trace") == [(began,)], "a report leaves no trace"
        assert casting.traces(member) == []

    def test_is_not_told_by_times_or_authors(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        at = casting.rows(
            "SELECT date_trunc('hour', r.at) = r.at, date_trunc('hour', c.opened_at) = c.opened_at, date_trunc('hour', e.sealed_at) = e.sealed_at,"
            " e.staff_id, e.store_id, e.member_id < 0 FROM safety_report r JOIN safety_case c ON c.city_id = r.city_id AND c.id = r.case_id"
            " JOIN vault_envelope e ON e.city_id = r.city_id AND e.member_id = r.subject WHERE c.city_id = %(c)s AND c.id = %(id)s",
            c=member.city_id,
            id=case_id,
        )
        assert at == [(True, True, True, None, None, True)]

    def test_is_on_no_page(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        desk = cast.fraud_desk.browser()
        page(desk, member.city_id, case_id, "take/")
        shown = [page(desk, member.city_id, case_id), desk.get("/desk/cases/")]
        for who in ("zheng", "chen", "operations", "privacy_officer", "auditor"):
            browser = cast.people[who].browser()
            shown += [
                browser.get(path)
                for path in ("/desk/", "/desk/members/", "/desk/store/", "/desk/team/", "/desk/traces/", "/desk/company/")
            ]
        text = "\n".join(answer.content.decode() for answer in shown[:2])
        assert WORDS in text
        assert not [word for word in ("lan老师", cast.lan.employee_no) if word in text]
        assert not [answer for answer in shown[2:] if WORDS in answer.content.decode()]

    def test_is_hidden_from_the_accused(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        page(cast.fraud_desk.browser(), member.city_id, case_id, "take/")
        page(cast.fraud_desk.browser(), member.city_id, case_id)
        told = casting.traces(member)
        assert {(trace[0], trace[1], trace[5]) for trace in told} <= {("safety.view", "safety", cast.fraud_desk.staff_id)}
        assert not [trace for trace in told if trace[5] == cast.lan.staff_id]

    def test_is_not_in_the_copy_of_the_accused(self, cast: Cast) -> None:
        """Whoever reads everything that the company holds about them finds neither the case nor who reported it."""
        member = cast.member(held_by=cast.lan)
        outcomes.file_outcome(
            by=cast.lan.actor(),
            city_id=member.city_id,
            member_id=member.member_id,
            outcome="fraud",
            request_key=uuid4(),
            now=casting.now(),
            at=None,
            seconds=None,
            note="",
        )
        page(cast.fraud_desk.browser(), member.city_id, cases_about(member)[0][0], "take/")
        with portal_process():
            browser, _token = visit_of(member)
            told = browser.get("/me/copy.json").content.decode()
        assert len(told) > 1000
        assert not [word for word in ('fraud"', "诈骗", '"case"', "safety_case", "safety.report") if word in told]


class TestCase:
    def test_shows_words_only_to_who_has_taken_it(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        desk = cast.fraud_desk.browser()
        assert WORDS not in page(desk, member.city_id, case_id).content.decode()
        assert page(desk, member.city_id, case_id, "take/").status_code == 303
        shown = page(desk, member.city_id, case_id).content.decode()
        assert WORDS in shown
        assert f"{cast.code}{member.member_id:09d}" in shown
        assert not [secret for secret in member.secrets if secret in shown]
        kinds = casting.rows("SELECT kind FROM vault_ground WHERE staff_id = %(id)s", id=cast.fraud_desk.staff_id)
        assert kinds == [("case",)]

    def test_opens_words_once_a_committed_trace_and_only_on_a_ground(self, cast: Cast) -> None:
        member, _ = reported(cast)
        subject = casting.rows("SELECT subject FROM safety_report WHERE member_id = %(id)s", id=member.member_id)[0][0]
        for who in ("fraud_desk", "zheng", "privacy_officer"):
            trace = recording.record(
                by=cast.people[who].actor(),
                action="safety.read",
                purpose="safety",
                city_id=member.city_id,
                member_ids=[subject],
                fields=["report_text"],
                now=casting.now(),
            )
            assert asking.read_words(trace) == {}

    def test_reads_what_comes_in_while_it_is_looked_at(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        desk = cast.fraud_desk.browser()
        page(desk, member.city_id, case_id, "take/")
        press(cast.chen.browser(), member, text="他也找过别人")
        shown = page(desk, member.city_id, case_id).content.decode()
        assert WORDS in shown
        assert "他也找过别人" in shown

    def test_goes_from_hand_to_hand(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        where = (member.city_id, case_id)
        desk, other = cast.fraud_desk.browser(), Cast().fraud_desk.browser()
        page(desk, *where, "take/")
        refused = [
            page(other, *where, "take/"),
            page(other, *where, "note/", text="x"),
            page(other, *where, "close/", result="unclear"),
            page(other, *where, "let-go/"),
        ]
        assert [answer.status_code for answer in refused] == [409] * 4
        assert page(desk, *where, "note/", text="已联系平台").status_code == 303
        assert "已联系平台" in page(desk, *where).content.decode()
        assert page(desk, *where, "let-go/").status_code == 303
        assert WORDS not in page(desk, *where).content.decode()
        assert page(other, *where, "take/").status_code == 303
        assert "已联系平台" in page(other, *where).content.decode()
        assert page(other, *where, "close/", result="").status_code == 422
        assert page(other, *where, "close/", result="confirmed", text="报警回执").status_code == 303
        assert WORDS not in page(other, *where).content.decode()
        closed = other.get("/desk/cases/?closed=1").content.decode()
        assert f"{cast.code}-{case_id}" in closed
        assert casting.rows("SELECT count(*) FROM vault_reader WHERE city_id = %(c)s", c=member.city_id) == [(0,)]
        assert casting.rows("SELECT count(*) FROM vault_ground WHERE kind = 'case' AND city_id = %(c)s", c=member.city_id) == [
            (0,)
        ]

    def test_returns_to_the_queue_when_its_taker_leaves(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        page(cast.fraud_desk.browser(), member.city_id, case_id, "take/")
        assert cast.operations.browser().post(f"/desk/staff/{cast.fraud_desk.staff_id}/leave/", {"why": "x"}).status_code == 303
        assert cases_about(member) == [(case_id, "open", 1)]
        assert casting.rows("SELECT count(*) FROM vault_reader WHERE staff_id = %(id)s", id=cast.fraud_desk.staff_id) == [(0,)]

    def test_about_a_colleague_is_not_there_for_that_colleague(self, cast: Cast) -> None:
        case_id = casting.insert(
            "safety_case", city_id=cast.city_id, about="staff", staff_id=cast.fraud_desk.staff_id, kind="other", state="open", opened_at=casting.now(), reports=1, subject=-(2**62)
        )  # fmt: skip
        desk = cast.fraud_desk.browser()
        assert page(desk, cast.city_id, case_id).status_code == page(desk, cast.city_id, case_id, "take/").status_code == 404
        assert f"{cast.code}-{case_id}" not in desk.get("/desk/cases/").content.decode()
        assert page(Cast().fraud_desk.browser(), cast.city_id, case_id).status_code == 200

    def test_survives_the_erasure_of_the_accused(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        with signed_in_as("worker"):
            erasing.erase(
                by=cast.privacy_officer.actor("worker"), city_id=member.city_id, member_id=member.member_id, now=casting.now()
            )
        desk = cast.fraud_desk.browser()
        page(desk, member.city_id, case_id, "take/")
        assert WORDS in page(desk, member.city_id, case_id).content.decode()

    def test_is_gone_three_years_after_its_end(self, cast: Cast) -> None:
        member, case_id = reported(cast)
        desk = cast.fraud_desk.browser()
        page(desk, member.city_id, case_id, "take/")
        page(desk, member.city_id, case_id, "close/", result="unfounded", text="查无实据")
        with signed_in_as("worker"):
            assert keeping.sweep(city_id=member.city_id, before=casting.now() - timedelta(days=1)) == 0
            assert keeping.sweep(city_id=member.city_id, before=casting.now() + timedelta(days=1)) == 1
        for table in ("safety_case", "safety_report", "safety_event"):
            assert casting.rows(f"SELECT count(*) FROM {table} WHERE city_id = %(c)s", c=member.city_id) == [(0,)]
        assert casting.rows("SELECT count(*) FROM vault_envelope WHERE city_id = %(c)s AND member_id < 0", c=member.city_id) == [
            (0,)
        ]


def test_cases_are_listed_for_the_fraud_desk_only(cast: Cast) -> None:
    for who in ("lan", "chen", "zheng", "operations", "privacy_officer", "auditor", "trainer"):
        with pytest.raises(NotAllowed):
            cases.queue(by=cast.people[who].actor())
