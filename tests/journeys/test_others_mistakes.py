"""Mistakes of other systems that no other file of tests covers; tests/README.md has the whole list."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client

from hongxian.pools import claiming, releasing
from hongxian.pools.filtering import EVERYBODY
from hongxian.rights import erasing
from hongxian.vault import asking
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    people = Cast(timezone=zone_at_noon())
    with signed_in_as("desk"):
        yield people


def claim(by: Person, pool_id: int, now: datetime) -> list[int]:
    try:
        found = claiming.claim_next(by=by.actor(), pool_id=pool_id, n=5, filters=EVERYBODY, now=now)
    except claiming.NothingToClaim:
        return []
    return [each.member_id for each in found]


def release(by: Person, member: Someone, now: datetime) -> None:
    releasing.release(by=by.actor(), city_id=member.city_id, member_ids=[member.member_id], reason="mistake", now=now)


class TestCoolingOff:
    def test_does_not_end_because_somebody_else_held_the_member_meanwhile(self, cast: Cast) -> None:
        """A → B → A: the last holder is B, and A waits all the same; so do A's team mates."""
        member, now = cast.member(pooled=True), casting.now()
        casting.run("UPDATE pools_entry SET pool_id = %(to)s WHERE member_id = %(id)s", to=cast.city_pool, id=member.member_id)
        assert claim(cast.lan, cast.city_pool, now) == [member.member_id]
        release(cast.lan, member, now)
        assert claim(cast.wu, cast.city_pool, now) == [member.member_id]
        release(cast.wu, member, now)
        assert claim(cast.lan, cast.city_pool, now) == []
        assert claim(cast.mei, cast.city_pool, now) == []
        assert claim(cast.liu, cast.city_pool, now) == [member.member_id], "another team may"


class TestTraces:
    def test_outlive_the_record_and_the_grounds(self, cast: Cast) -> None:
        """What was seen of somebody stays on record after they are erased; what they were called does not."""
        member = cast.member(held_by=cast.lan)
        cast.lan.browser().get(f"/desk/member/{member.city_id}/{member.member_id}/")
        before = casting.traces(member)
        assert [trace[0] for trace in before] == ["member.view", "member.card"]
        with signed_in_as("worker"):
            erasing.erase(
                by=cast.privacy_officer.actor("worker"), city_id=cast.city_id, member_id=member.member_id, now=casting.now()
            )
        after = casting.traces(member)
        assert after[: len(before)] == before
        assert "member.erase" in {trace[0] for trace in after}

    def test_of_an_erased_member_lead_nowhere(self, cast: Cast) -> None:
        """A scan of every table for what was known of somebody finds nothing once they are erased."""
        member = cast.member(held_by=cast.lan)
        with signed_in_as("worker"):
            erasing.erase(
                by=cast.privacy_officer.actor("worker"), city_id=cast.city_id, member_id=member.member_id, now=casting.now()
            )
        tables = casting.rows(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        for (table,) in tables:
            for secret in (*member.secrets, member.alias):
                found = casting.rows(f"SELECT count(*) FROM {table} AS each WHERE each::text LIKE %(text)s", text=f"%{secret}%")
                assert found == [(0,)], (table, secret)
        for table in ("vault_envelope", "vault_datakey", "vault_ground", "members_number", "pools_holding"):
            assert casting.rows(f"SELECT count(*) FROM {table} WHERE member_id = %(id)s", id=member.member_id) == [(0,)], table
        kept = casting.rows(
            "SELECT number_hashes, sex, birth_year, height_cm, education, district, source FROM members_member WHERE id = %(id)s",
            id=member.member_id,
        )
        assert kept == [([], "", None, None, "", "", "")]


class TestExport:
    def test_gives_no_more_than_the_page(self, cast: Cast) -> None:
        member, run_id = cast.member(), cast.run()
        casting.insert_bare(
            "intake_line",
            city_id=cast.city_id,
            run_id=run_id,
            row_no=2,
            label="A-17",
            result="accepted",
            reason="",
            merged_into="",
            member_id=member.member_id,
            consent=True,
            suppressed=False,
            warnings="[]",
        )
        browser = cast.zheng.browser()
        written = browser.get(f"/desk/imports/{run_id}/report.csv").content.decode("utf-8-sig")
        book = zipfile.ZipFile(io.BytesIO(browser.get(f"/desk/imports/{run_id}/report.xlsx").content))
        written += "".join(book.read(name).decode() for name in book.namelist())
        assert "A-17" in written
        assert [secret for secret in (*member.secrets, member.alias) if secret in written] == []
        exported = [trace for trace in casting.traces(member) if trace[3] == "allowed"]
        assert len(exported) == 2, "each export is a look"


class TestKeeperAway:
    @pytest.mark.parametrize("page", ["/desk/", "/desk/list/", "/desk/member/{city}/{member}/"])
    def test_pages_say_so_and_show_nobody(self, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str) -> None:
        member, browser = cast.member(held_by=cast.lan), cast.lan.browser()
        path = page.format(city=cast.city_id, member=member.member_id)
        assert member.alias in browser.get(path).content.decode()
        away(monkeypatch, tmp_path)
        answer = browser.get(path)
        assert answer.status_code == 503
        for shown in (member.alias, f"{cast.code}{member.member_id:09d}", "静安区"):
            assert shown not in answer.content.decode()

    def test_no_number_comes_and_health_says_why(self, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        member, browser = cast.member(held_by=cast.lan), cast.lan.browser()
        away(monkeypatch, tmp_path)
        assert browser.post(f"/desk/member/{cast.city_id}/{member.member_id}/number/").status_code == 503
        health = Client().get("/health/ready")
        assert (health.status_code, health.json()) == (503, {"database": True, "keeper": False})


def away(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    asking.forget()
    monkeypatch.setattr(asking, "COMES_BACK_WITHIN", 0.1)
    monkeypatch.setattr(settings, "KEEPER_SOCKET", folder / "nobody.sock")


class TestFirstContact:
    def test_is_off_until_somebody_said_yes(self, cast: Cast) -> None:
        """A record without a receipt is there, in nobody's pool, and no press shows its number."""
        member = cast.member(consents=())
        cast.hold(member, cast.lan)
        answer = cast.lan.browser().post(f"/desk/member/{cast.city_id}/{member.member_id}/number/")
        assert answer.status_code == 403
        assert member.number.removeprefix("+86") not in answer.content.decode().replace(" ", "")

    def test_ends_with_a_refusal_on_the_page_too(self, cast: Cast) -> None:
        member, browser = cast.member(held_by=cast.lan), cast.lan.browser()
        path = f"/desk/member/{cast.city_id}/{member.member_id}/"
        assert browser.post(path + "refuse/", {"reason": "refused"}).status_code in {302, 303}
        assert browser.get(path).status_code == 404
        assert browser.post(path + "number/").status_code == 404
        assert f"/{member.member_id}/" not in browser.get("/desk/list/").content.decode()
