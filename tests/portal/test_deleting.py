"""Deleting from the portal: final for the person, impossible for anybody else, and never a way back to staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg import errors

from hongxian import reactions
from hongxian.cli import backup
from hongxian.cli import company as installation
from hongxian.kernel.clock import day_of
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.visitors import open_visit, portal_process, visit_of

if TYPE_CHECKING:
    from tests.cast import Cast, Someone


def state_of(someone: Someone) -> str:
    [(state,)] = casting.rows("SELECT state FROM members_member WHERE id = %(id)s", id=someone.member_id)
    return str(state)


def set_aside(token: str, wanted: str) -> bool:
    with installation.site().connect("portal") as role, role.transaction():
        role.execute("SELECT set_config('hongxian.visit', %s, true)", [token])
        row = role.execute("SELECT portal_set_aside(%s)", [wanted]).fetchone()
    assert row is not None
    return bool(row[0])


@pytest.mark.usefixtures("portal")
class TestDelete:
    def test_asks_first_and_says_what_stays(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member())
        body = browser.get("/me/delete/").content.decode()
        assert "不能恢复" in body
        assert "留下什么" in body

    def test_ends_the_visit_and_asks_the_worker(self, cast: Cast) -> None:
        someone = cast.member()
        browser, token = visit_of(someone)
        assert browser.post("/me/delete/").status_code == 200
        assert browser.cookies["hongxian_visit"].value == ""
        jobs = casting.rows(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'erase_member' AND (args->>'member_id')::bigint = %(id)s",
            id=someone.member_id,
        )
        assert jobs == [({"city_id": someone.city_id, "member_id": someone.member_id},)]
        browser.cookies["hongxian_visit"] = token
        assert browser.get("/me/").headers["Location"] == "/enter/"

    def test_stands_among_the_requests(self, cast: Cast) -> None:
        someone = cast.member()
        browser, _ = visit_of(someone)
        browser.post("/me/delete/")
        found = casting.rows("SELECT kind, state FROM rights_request WHERE member_id = %(id)s", id=someone.member_id)
        assert found == [("delete", "open")]
        assert [trace[0] for trace in casting.traces(someone)][-1] == "portal.delete"

    def test_says_no_only_when_that_is_ticked(self, cast: Cast) -> None:
        asked = "SELECT count(*) FROM consent_suppression WHERE number_hash = ANY (%(hashes)s)"
        one, other = cast.member(), cast.member()
        visit_of(one)[0].post("/me/delete/", {"stop": "1"})
        visit_of(other)[0].post("/me/delete/")
        assert casting.rows(asked, hashes=one.hashes)[0][0] > 0
        assert casting.rows(asked, hashes=other.hashes) == [(0,)]

    def test_is_not_for_kin(self, cast: Cast) -> None:
        someone = cast.member(state="deceased")
        browser, _ = visit_of(someone)
        assert "不能恢复" not in browser.get("/me/delete/").content.decode()
        assert browser.post("/me/delete/").status_code == 409
        assert state_of(someone) == "deceased"

    def test_of_nobody_is_refused(self, cast: Cast) -> None:
        browser, _ = visit_of(None)
        assert browser.post("/me/delete/").status_code == 409


@pytest.mark.usefixtures("portal")
class TestSettingAside:
    @pytest.mark.parametrize(
        ("state", "wanted", "after"),
        [
            ("live", "minor", "minor"),
            ("live", "restricted", "restricted"),
            ("minor", "restricted", "restricted"),
            ("minor", "live", "minor"),
            ("restricted", "live", "restricted"),
            ("restricted", "minor", "restricted"),
            ("deceased", "live", "deceased"),
            ("deceased", "minor", "deceased"),
            ("live", "erased", "live"),
            ("live", "deceased", "live"),
        ],
    )
    def test_leads_away_from_staff_only(self, cast: Cast, state: str, wanted: str, after: str) -> None:
        someone = cast.member(state=state)
        assert set_aside(open_visit(someone), wanted) is (state != after)
        assert state_of(someone) == after

    def test_is_for_the_visitor_only(self, cast: Cast) -> None:
        someone = cast.member()
        for token in ("", "x", open_visit(someone, scope="stop"), open_visit(someone, minutes_ago=61), open_visit(cast.member())):
            set_aside(token, "minor")
        assert state_of(someone) == "live"


class TestBackup:
    @pytest.mark.usefixtures("home")
    def test_keeps_every_key_apart(self) -> None:
        found = casting.rows(
            "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'wrapped' AND NOT a.attisdropped"
        )
        assert {table for (table,) in found} == set(backup.KEYS_APART)


class TestJob:
    """Whoever serves pages may add a job; only what the person pressed is done."""

    def test_of_somebody_who_pressed_nothing_erases_nobody(self, cast: Cast) -> None:
        someone, other = cast.member(), cast.member()
        with signed_in_as("portal"):
            reactions.erase_member.defer(city_id=someone.city_id, member_id=someone.member_id)
        with signed_in_as("worker"):
            reactions.erase_member(city_id=someone.city_id, member_id=someone.member_id)
        assert state_of(someone) == "live"
        assert casting.rows("SELECT count(*) FROM vault_datakey WHERE member_id = %(id)s", id=someone.member_id) == [(2,)]
        assert [trace[:1] + trace[3:5] for trace in casting.traces(someone)] == [("member.erase", "denied", "not_pressed")]
        with portal_process():
            visit_of(other)[0].post("/me/delete/")
        with signed_in_as("worker"):
            reactions.erase_member(city_id=someone.city_id, member_id=someone.member_id)
            reactions.erase_member(city_id=other.city_id, member_id=other.member_id)
        assert (state_of(someone), state_of(other)) == ("live", "erased")

    @pytest.mark.parametrize(
        ("role", "job"),
        [
            ("desk", {"task_name": "erase_member"}),
            ("desk", {"task_name": "make_inspection", "queueing_lock": "check_log"}),
            ("desk", {"task_name": "make_inspection", "scheduled_at": "infinity"}),
            ("desk", {"task_name": "make_inspection", "status": "doing"}),
            ("portal", {"task_name": "intake.import_workbook"}),
            ("portal", {"task_name": "send_codes", "lock": "intake store 1"}),
            ("portal", {"task_name": "send_codes", "queueing_lock": "erase_left_over"}),
            ("portal", {"task_name": "hongxian.reactions.forget_past"}),
        ],
    )
    def test_of_the_schedule_or_of_others_cannot_be_added(self, company: None, role: str, job: dict[str, str]) -> None:
        given = {"queue_name": "people", "args": "{}"} | job
        names, places = ", ".join(given), ", ".join(f"%({name})s" for name in given)
        statement = f"INSERT INTO procrastinate_jobs ({names}) VALUES ({places})"
        with installation.site().connect(role) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode(), given)

    def test_cannot_be_forged_by_the_desk(self, cast: Cast) -> None:
        """A request that only looks pressed: the desk may set aside a record and add requests, and nothing is erased."""
        someone = cast.member(state="restricted")
        about = {"city_id": someone.city_id, "member_id": someone.member_id, "kind": "delete", "state": "open"}
        about |= {"opened_at": casting.now(), "due_on": day_of(casting.now()), "remind_on": day_of(casting.now())}
        names, places = ", ".join(about), ", ".join(f"%({name})s" for name in about)
        with installation.site().connect("desk") as connection:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"INSERT INTO rights_request ({names}, pressed) VALUES ({places}, true)".encode(), about)
            connection.execute(f"INSERT INTO rights_request ({names}) VALUES ({places})".encode(), about)
        with signed_in_as("worker"):
            reactions.erase_member(city_id=someone.city_id, member_id=someone.member_id)
        assert state_of(someone) == "restricted"

    def test_of_a_record_that_the_office_restricted_waits_for_the_office(self, cast: Cast) -> None:
        someone = cast.member(state="restricted")
        with signed_in_as("worker"):
            reactions.erase_member(city_id=someone.city_id, member_id=someone.member_id)
        assert state_of(someone) == "restricted"
