"""bin/hongxian leave: somebody leaves by the console."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from hongxian.cli import processes
from tests import cast as casting
from tests.cast import Cast


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast()


def leave(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", processes.PROGRAM, "leave", *words],
        check=False,
        capture_output=True,
        text=True,
        env=processes.environment("worker"),
        timeout=100,
    )


class TestLeave:
    def test_ends_what_they_held(self, cast: Cast) -> None:
        cast.member(held_by=cast.lan)
        done = leave("--employee", cast.lan.employee_no, "--why", "辞职")
        assert (done.returncode, json.loads(done.stdout)) == (0, {"returned": 1, "grounds": 0})
        found = casting.rows(
            "SELECT staff.active, account.is_active FROM org_staff AS staff JOIN auth_user AS account ON account.id = staff.account_id"
            " WHERE staff.id = %(id)s",
            id=cast.lan.staff_id,
        )
        assert found == [(False, False)]
        again = leave("--employee", cast.lan.employee_no, "--why", "辞职")
        assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)

    def test_of_nobody_says_so_in_one_line(self, cast: Cast) -> None:
        done = leave("--employee", "nobody-at-all", "--why", "x")
        assert (done.returncode, done.stdout) == (1, "")
        assert "nobody-at-all" in done.stderr
