"""/looks/: N looks by staff are N lines; denied tries too; each with a proof that a stranger's program accepts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import errors

from hongxian.audit import checkpoints, exporting, sealing
from hongxian.audit.proving import VERIFIER
from hongxian.cli.sealer import signing_keys
from hongxian.kernel.refusal import NotFound
from hongxian.outreach import library, queries, worklist
from hongxian.portal import looks_words
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.contracts.test_house import ROOT
from tests.owner import now, rows
from tests.visitors import browser_with, open_visit, portal_process

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cast import Cast, Someone


@pytest.fixture
def someone(cast: Cast) -> Someone:
    """A member whom 兰 holds."""
    return cast.member(held_by=cast.lan)


def seal() -> None:
    sealing.seal_all(now=now())
    checkpoints.sign_if_due(private=signing_keys()[-1], now=now(), every=now() - now())


def page(someone: Someone, address: str = "/looks/") -> str:
    token = open_visit(someone)
    with portal_process():
        answer = browser_with(token).get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def lines(text: str) -> list[str]:
    """The lines of the page, without their tags."""
    found = re.findall(r'<li class="hx-portal-look.*?</li>', text, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", each)).strip() for each in found]


def look(cast: Cast, someone: Someone) -> None:
    """兰 opens the member's page: two traces."""
    with signed_in_as("desk"):
        queries.member_page(by=cast.lan.actor(), city_id=someone.city_id, member_id=someone.member_id, now=now())


class TestLines:
    def test_of_looks_and_lists_are_as_many_as_the_traces(self, cast: Cast, someone: Someone) -> None:
        other = cast.member(held_by=cast.lan)
        for _ in range(3):
            look(cast, someone)
        with signed_in_as("desk"):
            worklist.in_hand(by=cast.lan.actor(), now=now())
            library.store_members(by=cast.zheng.actor(), place="", below=None, now=now())
        written = len(casting.traces(someone))
        seal()
        found = lines(page(someone))
        assert len(found) == written == 8
        assert len(lines(page(other))) == len(found) - 6

    def test_say_who_from_where_what_why_and_the_law(self, cast: Cast, someone: Someone) -> None:
        look(cast, someone)
        seal()
        line = next(each for each in lines(page(someone)) if "查看了您的资料" in each)
        assert f"门店 {cast.code}E lan老师（红娘顾问）" in line
        assert "称呼" in line
        assert "电话联系" in line
        assert "PIPL 13" in line
        assert not re.search("员工lan|" + cast.lan.employee_no, page(someone)), "only the alias is shown"

    def test_of_denied_tries_are_marked_with_the_reason(self, cast: Cast, someone: Someone) -> None:
        with signed_in_as("desk"), pytest.raises(NotFound):
            queries.member_page(by=cast.wu.actor(), city_id=someone.city_id, member_id=someone.member_id, now=now())
        seal()
        line = lines(page(someone))[0]
        assert "被拒绝 试图查看您的资料" in line
        assert "您不由此人负责" in line

    def test_of_a_wrong_role_are_there_too(self, cast: Cast, someone: Someone) -> None:
        with signed_in_as("desk"):
            browser = cast.trainer.browser()
            assert browser.get(f"/desk/member/{someone.city_id}/{someone.member_id}/").status_code == 403
            assert browser.get(f"/desk/member/{someone.city_id}/{2**53}/").status_code == 403
        seal()
        line = lines(page(someone))[0]
        assert "打开您的资料页" in line
        assert "此人的角色无权查看" in line
        asked = "SELECT 1 FROM audit_person WHERE city_id = %(city)s AND member_id = %(id)s"
        assert not rows(asked, city=someone.city_id, id=2**53)

    def test_of_the_system_and_of_oneself_stand_apart(self, cast: Cast, someone: Someone) -> None:
        page(someone)
        look(cast, someone)
        seal()
        assert not [each for each in lines(page(someone)) if "您本人" in each]
        mine = lines(page(someone, "/looks/?who=self"))
        assert mine
        assert all("您本人" in each for each in mine)
        assert len(lines(page(someone, "/looks/?who=all"))) == len(mine) + len(lines(page(someone)))

    def test_go_on_page_by_page(self, cast: Cast, someone: Someone) -> None:
        for _ in range(25):
            look(cast, someone)
        seal()
        text = page(someone)
        seen = lines(text)
        further = re.search(r'href="(/looks/\?who=staff&before=\d+)"', text)
        assert further
        seen += lines(page(someone, further[1]))
        assert len(seen) == len(set(re.findall(r"第 (\d+) 号", " ".join(seen)))) == 50

    @pytest.mark.parametrize("query", ["?before=x", "?before=-1", "?who=everybody", "?before=99999999999999999999"])
    def test_with_nonsense_in_the_address_are_the_first_page(self, cast: Cast, someone: Someone, query: str) -> None:
        look(cast, someone)
        seal()
        assert len(lines(page(someone, f"/looks/{query}"))) == 2

    def test_of_nobody_say_so(self, cast: Cast) -> None:
        assert "这里还没有记录" in page(cast.member())

    def test_in_english(self, cast: Cast, someone: Someone) -> None:
        look(cast, someone)
        seal()
        token = open_visit(someone)
        with portal_process():
            answer = browser_with(token).get("/looks/", headers={"accept-language": "en"})
        assert "form of address" in answer.content.decode()


class TestProof:
    def download(self, someone: Someone, address: str) -> dict[str, Any]:
        token = open_visit(someone)
        with portal_process():
            answer = browser_with(token).get(address)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        found: dict[str, Any] = json.loads(answer.content)
        return found

    def test_of_all_and_of_one_line_holds_against_a_kept_checkpoint(self, cast: Cast, someone: Someone, tmp_path: Path) -> None:
        for _ in range(3):
            look(cast, someone)
        seal()
        kept = tmp_path / "kept.checkpoint"
        kept.write_text(exporting.export(keys=signing_keys(), now=now()).dumps(), encoding="utf-8")
        everything = self.download(someone, "/looks/proof.json")
        assert everything["complete"]
        assert len(everything["lines"]) == 6
        one = self.download(someone, "/looks/3/proof.json")
        assert [line["leaf"] for line in one["lines"]] == [everything["lines"][2]["leaf"]]
        for said in (everything, one):
            file = tmp_path / "proof.json"
            file.write_text(json.dumps(said), encoding="utf-8")
            program = [sys.executable, "-I", "-S", str(VERIFIER), str(file), "--against", str(kept)]
            done = subprocess.run(program, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout

    def test_of_a_line_that_is_not_there_is_not_found(self, cast: Cast, someone: Someone) -> None:
        look(cast, someone)
        seal()
        token = open_visit(someone)
        with portal_process():
            for address in ("/looks/999/proof.json", "/looks/0/proof.json", "/looks/99999999999999999999/proof.json"):
                assert browser_with(token).get(address).status_code == 404

    def test_comes_with_the_program_that_checks_it(self, cast: Cast, someone: Someone) -> None:
        token = open_visit(someone)
        with portal_process():
            assert browser_with(token).get("/looks/verify_log.py").content == VERIFIER.read_bytes()


class TestWindow:
    def test_shows_nobody_elses_lines_whatever_is_asked(self, cast: Cast, someone: Someone) -> None:
        from django.db import connection

        from hongxian.portal import own

        other = cast.member(held_by=cast.lan)
        look(cast, other)
        look(cast, someone)
        seal()
        token = open_visit(someone)
        with portal_process():
            with own.visiting(token), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM portal_own_look")
                assert cursor.fetchone() == (2,)
                cursor.execute("SELECT city_id, member_id FROM portal_own_salt")
                assert cursor.fetchall() == [(someone.city_id, someone.member_id)]
            with connection.cursor() as cursor:
                cursor.execute("SELECT (SELECT count(*) FROM portal_own_look), (SELECT count(*) FROM portal_own_salt)")
                assert cursor.fetchone() == (0, 0)
                for table in ("audit_leaf", "audit_person", "audit_trace", "audit_node", "audit_checkpoint"):
                    with pytest.raises(Exception, match="permission denied") as error:
                        cursor.execute(f"SELECT * FROM {table}")
                    assert isinstance(error.value.__cause__, errors.InsufficientPrivilege)


class TestWords:
    def test_are_there_for_every_action_that_names_members(self) -> None:
        """An action without a member needs none; those are few and named here."""
        about_nobody = {
            "consent.assess", "consent.end_assessment", "org.agreement.end", "org.agreement.sign", "retention.sweep", "audit.inspection", "org.extension",
            "outreach.pause", "outreach.pause.end", "org.session_end", "org.lock_out", "org.edit", "org.edit.withdraw", "org.rule.set",
            "pools.reshuffle", "pools.rota", "reports.anomaly", "reports.digest", "sales.open_package", "sales.close_package",
            "tiers.review", "visits.open_room", "visits.close_room",
        }  # fmt: skip
        found: set[str] = set()
        for path in (ROOT / "hongxian").rglob("*.py"):
            found |= set(re.findall(r'\baction="([a-z_]+\.[a-z_.]+)"', path.read_text(encoding="utf-8")))
        assert found - about_nobody - looks_words.ACTIONS.keys() == set()
