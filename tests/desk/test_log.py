"""/desk/traces/ and /desk/log/: the auditor's pages."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest

from hongxian.audit import checkpoints, exporting, sealing
from hongxian.audit.proving import VERIFIER
from hongxian.cli.sealer import signing_keys
from hongxian.kernel.clock import day_of
from hongxian.outreach import queries as outreach
from hongxian.rights import inspecting
from tests.conftest import signed_in_as
from tests.owner import now, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from tests.cast import Cast, Person, Someone


@pytest.fixture
def auditor(cast: Cast, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(cast.auditor)


@pytest.fixture
def someone(cast: Cast) -> Someone:
    """A member whom 兰 holds and has looked at, and 吴 has tried to."""
    found = cast.member(held_by=cast.lan)
    outreach.member_page(by=cast.lan.actor(), city_id=found.city_id, member_id=found.member_id, now=now())
    seal()
    return found


def seal() -> None:
    with signed_in_as("worker"):
        sealing.seal_all(now=now())
        checkpoints.sign_if_due(private=signing_keys()[-1], now=now(), every=now() - now())


def lines(browser: Client, query: str = "") -> list[str]:
    answer = browser.get(f"/desk/traces/{query}")
    assert answer.status_code == 200
    body = re.search(r"<tbody>(.*?)</tbody>", answer.content.decode(), re.DOTALL)
    found = re.findall(r"<tr>.*?</tr>", body[1], re.DOTALL) if body else []
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", unescape(each))).strip() for each in found]


class TestTraces:
    def test_of_a_member_say_who_what_and_why(self, auditor: Client, cast: Cast, someone: Someone) -> None:
        found = lines(auditor, f"?member={cast.code}{someone.member_id:09d}")
        assert [re.search(r"member\.\w+", each)[0] for each in found] == ["member.card", "member.view"]  # type: ignore[index]
        assert cast.lan.employee_no in found[1]
        assert f"{cast.code}{someone.member_id:09d}" in found[1]
        assert "称呼" in found[1]

    def test_can_be_narrowed_down(self, auditor: Client, cast: Cast, someone: Someone) -> None:
        of_city = f"?city={cast.code}"
        assert len(lines(auditor, of_city)) >= 2
        assert len(lines(auditor, f"{of_city}&staff={cast.lan.employee_no}")) == 2
        assert len(lines(auditor, f"{of_city}&action=member.view")) == 1
        assert not lines(auditor, f"{of_city}&action=member.view&outcome=denied")
        assert len(lines(auditor, f"{of_city}&action=member.view&day={day_of(now())}")) == 1
        assert not lines(auditor, f"{of_city}&day=2020-01-01")

    def test_that_were_opened_are_a_trace_that_the_member_sees(self, auditor: Client, cast: Cast, someone: Someone) -> None:
        lines(auditor, f"?member={cast.code}{someone.member_id}")
        seal()
        found = rows(
            "SELECT trace.action, trace.staff_id FROM audit_leaf AS leaf JOIN audit_trace AS trace ON trace.id = leaf.trace_id"
            " WHERE leaf.city_id = %(c)s AND leaf.member_id = %(m)s ORDER BY leaf.number DESC LIMIT 1",
            c=someone.city_id,
            m=someone.member_id,
        )
        assert found == [("audit.read", cast.auditor.staff_id)]

    def test_go_on_page_by_page(self, auditor: Client, cast: Cast, someone: Someone) -> None:
        for _ in range(30):
            outreach.member_page(by=cast.lan.actor(), city_id=someone.city_id, member_id=someone.member_id, now=now())
        query = f"?city={cast.code}&staff={cast.lan.employee_no}"
        further = re.search(r'href="/desk/traces/(\?[^"]*before=\d+)"', auditor.get(f"/desk/traces/{query}").content.decode())
        assert further
        assert len(lines(auditor, query)) == 50
        assert len(lines(auditor, unescape(further[1]))) == 12

    @pytest.mark.parametrize("query", ["member=x", "member=zz1", "day=x", "outcome=x", "before=x", "action=%27%3B--"])
    def test_with_a_filter_that_makes_no_sense_say_so(self, auditor: Client, query: str) -> None:
        assert auditor.get(f"/desk/traces/?{query}").status_code == 422


class TestLog:
    def test_tells_how_it_does(self, auditor: Client, someone: Someone) -> None:
        with signed_in_as("worker"):
            inspecting.check(now=now())
        text = auditor.get("/desk/log/").content.decode()
        size = rows("SELECT size FROM audit_head")[0][0]
        assert f'hx-tile-number">{size:,}' in text
        assert "下载" in text

    def test_gives_a_checkpoint_that_verifies(self, auditor: Client, someone: Someone, tmp_path: Path) -> None:
        number = rows("SELECT max(id) FROM audit_checkpoint")[0][0]
        answer = auditor.get(f"/desk/log/checkpoints/{number}/")
        kept = exporting.loads(answer.content.decode())
        assert kept.checkpoint.size == rows("SELECT size FROM audit_head")[0][0]
        file = tmp_path / "kept.checkpoint"
        file.write_bytes(answer.content)
        assert subprocess.run([sys.executable, "-I", "-S", str(VERIFIER), str(file)], check=False).returncode == 0

    def test_warns_when_a_verification_found_something(self, auditor: Client, someone: Someone) -> None:
        from tests.owner import run

        assert "上次核对发现日志不完好" not in auditor.get("/desk/log/").content.decode()
        run("INSERT INTO audit_check (at, size, sound, findings) VALUES (now(), 1, false, '[]')")
        assert "上次核对发现日志不完好" in auditor.get("/desk/log/").content.decode()
        run("INSERT INTO audit_check (at, size, sound, findings) VALUES (now(), 1, true, '[]')")


class TestInspection:
    def test_is_asked_for_made_by_the_worker_and_fetched(self, auditor: Client, someone: Someone, tmp_path: Path) -> None:
        today = day_of(now())
        answer = auditor.post("/desk/log/inspection/", {"since": str(today), "until": str(today)})
        assert answer.status_code == 303
        waiting = rows("SELECT args FROM procrastinate_jobs WHERE task_name = 'make_inspection' ORDER BY id DESC LIMIT 1")
        assert waiting == [({"since": str(today), "until": str(today)},)]
        with signed_in_as("worker"):
            inspecting.make_bundle(since=today, until=today, now=now())
        link = re.search(r'href="(/desk/log/inspection/inspection-[^"]+)"', auditor.get("/desk/log/inspection/").content.decode())
        assert link
        bundle = auditor.get(link[1])
        file = tmp_path / "bundle.zip"
        file.write_bytes(b"".join(bundle.streaming_content))  # type: ignore[attr-defined] # a file's answer
        assert subprocess.run([sys.executable, "-I", "-S", str(VERIFIER), str(file)], check=False).returncode == 0
        for each in someone.secrets:
            assert each.encode() not in file.read_bytes()

    @pytest.mark.parametrize(
        "form", [{}, {"since": "2026-01-02", "until": "2026-01-01"}, {"since": "2020-01-01", "until": "2026-01-01"}]
    )
    def test_of_days_that_make_no_sense_is_refused(self, auditor: Client, form: dict[str, str]) -> None:
        assert auditor.post("/desk/log/inspection/", form).status_code == 422

    @pytest.mark.parametrize("name", ["x.zip", "..%2Fkeys", "inspection-2026-01-01-2026-01-01-00000000.zip"])
    def test_that_is_not_there_is_not_found(self, auditor: Client, name: str) -> None:
        assert auditor.get(f"/desk/log/inspection/{name}").status_code == 404

    def test_of_a_day_without_rows_makes_none(self, cast: Cast) -> None:
        from hongxian import reactions

        with signed_in_as("worker"):
            reactions.make_inspection(since="2001-01-01", until=str(date(2001, 1, 2)))
