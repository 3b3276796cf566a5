"""A member reports a suspicion in the portal: one window in, nothing out."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import errors

from hongxian.cli import company as installation
from hongxian.safety import reporting
from tests import cast as casting
from tests.cast import Cast, Someone
from tests.conftest import signed_in_as
from tests.safety.test_suspicions import WORDS, page
from tests.visitors import open_visit, portal_process, visit_of


class TestPortal:
    def report(self, someone: Someone | None, **form: str) -> Any:
        with portal_process():
            browser, _token = visit_of(someone)
            return browser.post("/report/", {"kind": "money", "text": WORDS} | form)

    def work(self) -> None:
        """What the worker does a moment later."""
        with signed_in_as("worker"):
            for city_id, report_id in casting.rows("SELECT city_id, id FROM safety_report WHERE case_id IS NULL"):
                assert reporting.place(city_id=city_id, report_id=report_id, now=casting.now())
                assert not reporting.place(city_id=city_id, report_id=report_id, now=casting.now())

    def cases(self, cast: Cast) -> list[tuple[Any, ...]]:
        return casting.rows(
            "SELECT about, staff_id, state, reports FROM safety_case WHERE city_id = %(c)s ORDER BY id", c=cast.city_id
        )

    def test_about_somebody_they_met_opens_a_case(self, cast: Cast) -> None:
        assert self.report(cast.member()).status_code == 200
        self.work()
        assert self.cases(cast) == [("other", None, "open", 1)]
        case_id = casting.rows("SELECT id FROM safety_case WHERE city_id = %(c)s", c=cast.city_id)[0][0]
        desk = cast.fraud_desk.browser()
        page(desk, cast.city_id, case_id, "take/")
        assert WORDS in page(desk, cast.city_id, case_id).content.decode()

    def test_about_somebody_of_their_store_joins(self, cast: Cast) -> None:
        for _ in range(2):
            assert self.report(cast.member(), staff=str(cast.lan.staff_id), text="").status_code == 200
        self.work()
        assert self.cases(cast) == [("staff", cast.lan.staff_id, "open", 2)]

    def test_about_others_staff_or_nobody_says_so(self, cast: Cast) -> None:
        member = cast.member()
        assert self.report(member, staff=str(cast.wu.staff_id)).status_code == 404
        assert self.report(member, text="").status_code == 422
        assert self.report(member, kind="gossip").status_code == 422
        assert self.report(None).status_code == 404
        assert self.cases(cast) == []

    def test_five_times_a_day(self, cast: Cast) -> None:
        member = cast.member()
        assert [self.report(member).status_code for _ in range(6)] == [200] * 5 + [429]

    def test_leaves_no_trace_of_the_reporter(self, cast: Cast) -> None:
        member = cast.member()
        self.report(member)
        self.work()
        assert casting.traces(member) == []
        left = casting.rows("SELECT words, wrapped, kek_id FROM safety_report WHERE city_id = %(c)s", c=cast.city_id)
        assert left == [(None, None, None)]
        jobs = casting.rows("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'place_report'")
        assert not [args for (args,) in jobs if str(member.member_id) in args.replace(str(cast.city_id), "") and "member" in args]

    @pytest.mark.parametrize(("who", "more"), [("other", ""), ("me", ", case_id")])
    def test_window_takes_no_report_in_anothers_name(self, cast: Cast, who: str, more: str) -> None:
        member, other = cast.member(), cast.member()
        statement = (
            f"INSERT INTO portal_new_report (city_id, about, kind, at, subject, reporter_kind, reporter_id{more})"
            f" VALUES (%(city)s, 'other', 'other', now(), -4611686018427387904, 'member', %({who})s{', 1' if more else ''})"
        )
        given = {"city": cast.city_id, "me": member.member_id, "other": other.member_id}
        with installation.site().connect("portal") as connection, connection.transaction(force_rollback=True):
            connection.execute("SELECT set_config('hongxian.visit', %s, true)", [open_visit(member)])
            with pytest.raises((errors.UndefinedColumn, errors.WithCheckOptionViolation)):
                connection.execute(statement.encode(), given)

    def test_page_says_that_nobody_learns_who(self, cast: Cast) -> None:
        with portal_process():
            browser, _ = visit_of(cast.member())
            shown = browser.get("/report/").content.decode()
        assert "不会透露是您举报的" in shown
        assert "lan老师" in shown
        assert "wu老师" not in shown
