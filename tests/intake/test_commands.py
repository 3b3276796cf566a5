"""bin/hongxian import, gate, register, erase: exit codes, one line when not, the report's shape and mode."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from hongxian.cli import processes
from tests import world
from tests.intake import books

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def city() -> world.World:
    return world.World(now=timezone.now())


def command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", processes.PROGRAM, *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        env=processes.environment("worker"),
        timeout=100,
    )


def answer(*words: object) -> dict[str, Any]:
    done = command(*words)
    (line,) = done.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


class TestImport:
    def test_reports_every_row_for_its_owner_alone(self, city: world.World, tmp_path: Path) -> None:
        n = books.number()
        rows = [
            {"label": "A1", "name": "王小明", "phone": n, "birth": "1990.3.5", "height": "1米80", **books.signed()},
            {"label": "A2", "phone": f"+86 {n}"},
            {"label": "A3", "phone": "021-62001234"},
        ]
        file, out = tmp_path / "book.csv", tmp_path / "out.json"
        file.write_bytes(books.book(rows))
        done = command("import", file, "--store", city.stores[0].code, "--report", out)
        assert (done.returncode, n in done.stdout + done.stderr) == (0, False)
        assert out.stat().st_mode & 0o777 == 0o600
        report = json.loads(out.read_text(encoding="utf-8"))
        assert report["summary"] == {
            "rows": 3,
            "accepted": 1,
            "merged": 1,
            "refused": 1,
            "suppressed_people": 0,
            "contactable_people": 1,
            "refused_why": {"landline": 1},
        }
        names = ("row", "result", "merged_into", "reason", "name", "birth", "height_cm", "consent", "suppressed")
        assert [tuple(row[name] for name in names) for row in report["rows"]] == [
            ("A1", "accepted", None, None, "王小明", "1990-03-05", 180, True, False),
            ("A2", "merged", "A1", None, None, None, None, False, False),
            ("A3", "refused", None, "landline", None, None, None, None, None),
        ]

    def test_tries_without_storing(self, city: world.World, tmp_path: Path) -> None:
        file, out = tmp_path / "book.csv", tmp_path / "out.json"
        file.write_bytes(books.book([{"label": "A1", "phone": books.number()}]))
        assert command("import", file, "--store", city.stores[0].code, "--dry-run", "--report", out).returncode == 0
        assert json.loads(out.read_text(encoding="utf-8"))["summary"]["accepted"] == 1
        assert city.count("members_member") == 0

    def test_judges_by_the_day_it_is_given(self, city: world.World, tmp_path: Path) -> None:
        file, out = tmp_path / "book.csv", tmp_path / "out.json"
        file.write_bytes(books.book([{"label": "A1", "phone": books.number(), "birth": "2000-01-01"}]))
        options = ("--store", city.stores[0].code, "--dry-run", "--report", out)
        assert command("import", file, "--as-of", "2017-12-31", *options).returncode == 0
        assert json.loads(out.read_text(encoding="utf-8"))["rows"][0]["reason"] == "minor"

    @pytest.mark.parametrize("what", ["missing", "folder", "exe", "store", "report"])
    def test_ends_with_one_line_when_it_cannot(self, city: world.World, tmp_path: Path, what: str) -> None:
        file = tmp_path / "book.csv"
        file.write_bytes(b"MZ\x90\x00" * 50 if what == "exe" else books.book([{"label": "A1", "phone": books.number()}]))
        named = {"missing": tmp_path / "none.csv", "folder": tmp_path}.get(what, file)
        code = "NOPE" if what == "store" else city.stores[0].code
        report = ("--dry-run", "--report", tmp_path / "no" / "out.json") if what == "report" else ()
        done = command("import", named, "--store", code, *report)
        assert done.returncode == 1
        last = done.stderr.strip().splitlines()[-1]
        assert " | " in last
        assert "Traceback" not in done.stderr
        if what == "store":
            assert "SH01" in last


class TestGateRegisterErase:
    def test_tell_a_story(self, city: world.World) -> None:
        n = books.number()
        noon = f"{books.today()}T12:00"
        asked = ("gate", "--number", f"+86 {n}", "--channel", "call", "--at", noon)
        assert answer(*asked) == {"allowed": False, "reason": "unknown_number"}
        told = (
            "--name",
            "欧阳晓晓",
            "--sex",
            "女",
            "--birth",
            "1990-03-05",
            "--basis",
            books.SIGNED,
            "--basis-date",
            books.today(),
        )
        joined = answer("register", "--store", city.stores[0].code, "--number", n, *told)
        assert (joined["result"], joined["contactable"]) == ("accepted", True)
        assert answer(*asked) == {"allowed": True, "reason": "ok"}
        assert command("erase", "--city", city.city_code, "--member", joined["member_id"]).returncode == 0
        assert answer(*asked) == {"allowed": False, "reason": "unknown_number"}
        assert command("erase", "--number", n).returncode == 1

    def test_a_number_that_is_none_is_a_no(self) -> None:
        assert answer("gate", "--number", "021-62001234", "--channel", "sms") == {"allowed": False, "reason": "phone"}
