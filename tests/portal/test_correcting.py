"""Correcting in the portal: the person's own word wins, before and after every list, and leaves its history."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors

from hongxian import reactions
from hongxian.cli import company as installation
from hongxian.intake import registering
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Role
from hongxian.org import queries as org
from hongxian.vault import asking
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.visitors import open_visit, portal_process, visit_of

if TYPE_CHECKING:
    from tests.cast import Cast, Someone


def press(someone: Someone, field: str, value: str, *, status: int = 303) -> None:
    browser, _ = visit_of(someone)
    answer = browser.post(f"/me/correct/{field}/", {"value": value})
    assert answer.status_code == status, answer.content.decode()[-800:]


def sealed(someone: Someone) -> dict[str, Any]:
    browser, _ = visit_of(someone)
    found: dict[str, Any] = json.loads(browser.get("/me/copy.json").content)["sealed"]
    return found


def record(someone: Someone, *columns: str) -> tuple[Any, ...]:
    [row] = casting.rows(f"SELECT {', '.join(columns)} FROM members_member WHERE id = %(id)s", id=someone.member_id)
    return row


def history(someone: Someone) -> list[tuple[Any, ...]]:
    return casting.rows(
        "SELECT field, before, after, envelope_id IS NOT NULL FROM members_correction WHERE member_id = %(id)s ORDER BY id",
        id=someone.member_id,
    )


def settle(someone: Someone) -> None:
    with signed_in_as("worker"):
        reactions.settle_correction(city_id=someone.city_id, member_id=someone.member_id)


def born(years: int, days: int = 0) -> str:
    today = day_of(casting.now())
    return (date(today.year - years, today.month, min(today.day, 28)) + timedelta(days=days)).isoformat()


@pytest.mark.usefixtures("portal")
class TestPlain:
    @pytest.mark.parametrize(
        ("field", "value", "after"),
        [
            ("height_cm", "171", 171),
            ("education", "doctor", "doctor"),
            ("income_band", "over_50k", "over_50k"),
            ("marital", "widowed", "widowed"),
            ("housing", "rented", "rented"),
            ("car", "owned", "owned"),
            ("home_city", "保定", "保定"),
            ("district", "黄浦区", "黄浦区"),
            ("occupation", "琴师", "琴师"),
            ("sex", "male", "male"),
            ("height_cm", "", None),
            ("education", "", ""),
        ],
    )
    def test_facets_are_what_the_person_says(self, cast: Cast, field: str, value: str, after: object) -> None:
        someone = cast.member()
        before = record(someone, field)[0]
        press(someone, field, value)
        assert record(someone, field) == (after,)
        assert history(someone)[0][:3] == (field, "" if before is None else str(before), value)
        assert [trace[3] for trace in casting.traces(someone, action="portal.correct")] == ["allowed"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("height_cm", "17"),
            ("height_cm", "abc"),
            ("height_cm", "١٧٠"),
            ("education", "wizard"),
            ("home_city", "很" * 41),
            ("name", "名" * 61),
            ("birth", "2026-13-01"),
            ("birth", ""),
            ("birth", "2999-01-01"),
            ("birth", "1850-01-01"),
        ],
    )
    def test_what_no_field_can_hold_is_refused(self, cast: Cast, field: str, value: str) -> None:
        someone = cast.member()
        before = record(someone, "height_cm", "education", "home_city", "birth_year", "state")
        press(someone, field, value, status=422)
        assert record(someone, "height_cm", "education", "home_city", "birth_year", "state") == before
        assert history(someone) == []

    @pytest.mark.parametrize("field", ["number", "grade", "state", "suppressed_at", "person_id", "store_id", "x"])
    def test_other_fields_are_not_there(self, cast: Cast, field: str) -> None:
        press(cast.member(), field, "x", status=404)

    def test_a_number_in_a_text_is_blotted(self, cast: Cast) -> None:
        someone = cast.member()
        press(someone, "occupation", "教师 13800138000")
        assert "13800138000" not in record(someone, "occupation")[0]
        assert "13800138000" not in str(history(someone))

    def test_place_in_the_pool_and_grade_follow(self, cast: Cast) -> None:
        someone = cast.member(pooled=True)
        press(someone, "height_cm", "181")
        press(someone, "district", "崇明区")
        settle(someone)
        found = casting.rows("SELECT height_cm, district FROM pools_entry WHERE member_id = %(id)s", id=someone.member_id)
        assert found == [(181, "崇明区")]

    def test_married_ends_contact(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        press(someone, "marital", "married")
        settle(someone)
        asked = "SELECT DISTINCT reason FROM consent_suppression WHERE number_hash = ANY (%(hashes)s)"
        assert casting.rows(asked, hashes=someone.hashes) == [("married",)]
        assert casting.rows("SELECT 1 FROM pools_holding WHERE member_id = %(id)s", id=someone.member_id) == []


@pytest.mark.usefixtures("portal")
class TestSealed:
    def test_fields_win_over_what_was_there_the_newest_first(self, cast: Cast) -> None:
        someone = cast.member()
        press(someone, "wechat", "wx_first")
        press(someone, "wechat", "wx_second")
        assert sealed(someone)["wechat"] == "wx_second"
        assert sealed(someone)["name"] == someone.name
        assert [line[:3] for line in history(someone)] == [("wechat", "", ""), ("wechat", "", "")]
        assert all(line[3] for line in history(someone))

    def test_an_address_follows_the_name(self, cast: Cast) -> None:
        someone = cast.member()
        press(someone, "name", "司徒明月")
        assert sealed(someone)["alias"] == "司徒女士"
        press(someone, "sex", "male")
        assert sealed(someone)["alias"] == "司徒先生"

    def test_a_blank_takes_it_out(self, cast: Cast) -> None:
        someone = cast.member()
        press(someone, "wechat", "")
        assert "wechat" not in sealed(someone)
        press(someone, "wechat", "wx_again")
        assert sealed(someone)["wechat"] == "wx_again"

    def test_nothing_of_it_lies_plain(self, cast: Cast) -> None:
        someone = cast.member()
        press(someone, "name", "令狐不在")
        for table in ("members_correction", "vault_envelope", "audit_trace", "procrastinate_jobs"):
            assert "令狐不在" not in str(casting.rows(f"SELECT * FROM {table}"))


@pytest.mark.usefixtures("portal")
class TestImportAfterwards:
    def test_changes_nothing_that_was_corrected(self, cast: Cast) -> None:
        someone = cast.member(number=f"+8613800{casting.now().microsecond:06d}")
        press(someone, "name", "端木新")
        press(someone, "wechat", "")
        press(someone, "sex", "male")
        press(someone, "birth", "1991-03-04")
        press(someone, "height_cm", "")
        again(cast, someone)
        assert (sealed(someone)["name"], sealed(someone)["birth"], sealed(someone)["alias"]) == (
            "端木新",
            "1991-03-04",
            "端木先生",
        )
        assert "wechat" not in sealed(someone)
        assert record(someone, "sex", "birth_year", "height_cm") == ("male", 1991, None)

    def test_fills_what_was_blank_and_not_corrected(self, cast: Cast) -> None:
        someone = cast.member(number=f"+8613801{casting.now().microsecond:06d}")
        casting.run("UPDATE members_member SET sex = '', birth_year = NULL WHERE id = %(id)s", id=someone.member_id)
        again(cast, someone)
        assert record(someone, "sex", "birth_year") == ("female", 1988)


def again(cast: Cast, someone: Someone) -> None:
    """A store brings the same person in again, with other facts."""
    by = Actor(
        staff_id=cast.zheng.staff_id, role=Role.STORE_MANAGER, city_id=cast.city_id, store_id=cast.east, trained=True,
        agreement_live=True, process="worker",
    )  # fmt: skip
    with signed_in_as("worker"):
        store = org.store(store_id=someone.store_id)
        assert store is not None
        registering.register(
            by=by, store=store, number=someone.number, name="别的名字", sex="女", birth="1988-01-01", basis="签字",
            basis_date=day_of(casting.now()), now=casting.now(),
        )  # fmt: skip


@pytest.mark.usefixtures("portal")
class TestMinor:
    def test_leaves_pools_and_hands(self, cast: Cast) -> None:
        one, other = cast.member(held_by=cast.lan), cast.member(pooled=True)
        for someone in (one, other):
            press(someone, "birth", born(16))
            settle(someone)
        ids = [one.member_id, other.member_id]
        for table in ("pools_entry", "pools_holding", "pools_resting", "vault_ground"):
            assert casting.rows(f"SELECT 1 FROM {table} WHERE member_id = ANY (%(ids)s)", ids=ids) == [], table

    def test_of_eighteen_today_is_an_adult(self, cast: Cast) -> None:
        someone = cast.member()
        press(someone, "birth", born(18))
        assert record(someone, "state") == ("live",)

    def test_comes_back_at_the_privacy_officers_only(self, cast: Cast) -> None:
        someone = cast.member()
        press(someone, "birth", born(15))
        press(someone, "birth", "1990-01-01", status=409)
        assert record(someone, "state") == ("minor",)
        assert sealed(someone)["birth"] == born(15)
        press(someone, "birth", born(14))
        press(someone, "occupation", "学生")

    def test_of_a_restricted_record_stays_restricted(self, cast: Cast) -> None:
        someone = cast.member(state="restricted")
        press(someone, "birth", born(15))
        assert record(someone, "state", "birth_year") == ("restricted", int(born(15)[:4]))


class TestDesk:
    def test_sees_what_was_corrected(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        assert "司徒女士" not in page_at_the_desk(cast, someone)
        with portal_process():
            press(someone, "name", "司徒明月")
        assert "司徒女士" in page_at_the_desk(cast, someone)

    def test_sees_nobody_under_eighteen_from_the_commit_on(self, cast: Cast) -> None:
        """Before any job has run: the page, and the keeper."""
        someone = cast.member(held_by=cast.lan)
        assert someone.alias in page_at_the_desk(cast, someone)
        with portal_process():
            press(someone, "birth", born(18, days=1))
        assert record(someone, "state") == ("minor",)
        assert someone.alias not in page_at_the_desk(cast, someone)
        with signed_in_as("desk"), pytest.raises(asking.KeeperDenied):
            asking.reveal(casting_trace(cast, someone))


def page_at_the_desk(cast: Cast, someone: Someone) -> str:
    with signed_in_as("desk"):
        return cast.lan.browser().get(f"/desk/member/{someone.city_id}/{someone.member_id}/").content.decode()


def casting_trace(cast: Cast, someone: Someone) -> Any:
    from hongxian.audit.recording import TraceRef

    [(city_id, at, number)] = casting.rows(
        "INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome)"
        " VALUES (%(city)s, now(), %(staff)s, 'consultant', %(store)s, 'desk', 'member.read', 'outreach.call', 'claim', %(ids)s, '{alias}', 'allowed')"
        " RETURNING city_id, at, id",
        city=someone.city_id,
        staff=cast.lan.staff_id,
        store=cast.east,
        ids=[someone.member_id],
    )
    return TraceRef(city_id, at, number)


@pytest.mark.usefixtures("portal")
class TestPage:
    def test_shows_every_field_and_how_to_change_the_number(self, cast: Cast) -> None:
        someone = cast.member()
        browser, _ = visit_of(someone)
        body = browser.get("/me/correct/").content.decode()
        for word in (someone.name, someone.wechat, "身高", "165", "本科", "换了号码"):
            assert word in body, word

    def test_of_somebody_who_has_died_corrects_nothing(self, cast: Cast) -> None:
        someone = cast.member(state="deceased")
        browser, _ = visit_of(someone)
        assert someone.name not in browser.get("/me/correct/").content.decode()
        press(someone, "height_cm", "180", status=409)
        assert record(someone, "height_cm") == (165,)

    def test_of_nobody_corrects_nothing(self, cast: Cast) -> None:
        browser, _ = visit_of(None)
        assert browser.get("/me/correct/").status_code == 200
        assert browser.post("/me/correct/height_cm/", {"value": "170"}).status_code == 409


class TestRole:
    """With the portal's own credentials."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE portal_own_member SET grade = 'A'",
            "UPDATE portal_own_facets SET id = 1",
            "UPDATE members_member SET height_cm = 1",
            "DELETE FROM portal_own_facets",
            "DELETE FROM portal_own_correction",
            "UPDATE portal_own_correction SET after = 'x'",
            "SELECT name FROM portal_new_corrected",
        ],
    )
    def test_may_do_nothing_else(self, cast: Cast, statement: str) -> None:
        with installation.site().connect("portal") as role, pytest.raises(errors.InsufficientPrivilege):
            role.execute(statement.encode())

    def test_changes_nobody_else(self, cast: Cast) -> None:
        one, other = cast.member(), cast.member()
        with installation.site().connect("portal") as role, role.transaction():
            role.execute("SELECT set_config('hongxian.visit', %s, true)", [open_visit(one)])
            assert role.execute("UPDATE portal_own_facets SET height_cm = 190").rowcount == 1
        assert (record(one, "height_cm"), record(other, "height_cm")) == ((190,), (165,))

    @pytest.mark.parametrize(
        "change",
        [{"member_id": None}, {"corrected": False}, {"held": ["number"]}, {"held": ["note"]}, {"at": "2020-01-01T00:00:00Z"}],
        ids=str,
    )
    def test_seals_only_what_is_its_visitors_to_correct(self, cast: Cast, change: dict[str, Any]) -> None:
        one, other = cast.member(), cast.member()
        values = {"member_id": one.member_id, "corrected": True, "held": ["name"], "at": casting.now()} | change
        values["member_id"] = values["member_id"] or other.member_id
        with installation.site().connect("portal") as role:
            insert(role, one, values | {"at": casting.now(), "corrected": True, "held": ["name"], "member_id": one.member_id})
            with pytest.raises(errors.WithCheckOptionViolation):
                insert(role, one, values)


def insert(role: psycopg.Connection[Any], someone: Someone, values: dict[str, Any]) -> None:
    with role.transaction():
        role.execute("SELECT set_config('hongxian.visit', %s, true)", [open_visit(someone)])
        role.execute(
            "INSERT INTO portal_new_corrected (city_id, member_id, held, name, corrected, sealed_at)"
            " VALUES (%(city)s, %(member_id)s, %(held)s, '', %(corrected)s, %(at)s)",
            values | {"city": someone.city_id},
        )
