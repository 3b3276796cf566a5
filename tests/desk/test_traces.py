"""`bin/hongxian traces`: the auditor's own account reads what the desk may only write."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from psycopg import errors

from hongxian.cli import company as set_up
from hongxian.outreach import library
from tests import cast as stage
from tests.cast import Cast


@pytest.fixture
def looked_at(company: None) -> tuple[Cast, int]:
    """A city in which a store manager has looked at her list twice."""
    people = Cast()
    someone = people.member(held_by=people.lan)
    library.store_members(by=people.zheng.actor(), place="", below=None, now=stage.now())
    library.store_members(by=people.zheng.actor(), place="held", below=None, now=stage.now())
    return people, someone.member_id


def told(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("traces", *arguments, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


class TestTraces:
    def test_says_who_looked_at_whom_and_why(self, looked_at: tuple[Cast, int]) -> None:
        people, member_id = looked_at
        newest = told("--city", people.code)[0]
        assert newest["staff"] == people.zheng.employee_no
        assert newest["member_ids"] == [member_id]
        assert (newest["action"], newest["purpose"], newest["outcome"]) == ("member.library", "pool.card", "allowed")

    def test_narrows_down(self, looked_at: tuple[Cast, int]) -> None:
        people, member_id = looked_at
        assert len(told("--city", people.code, "--member", str(member_id))) == 2
        assert len(told("--city", people.code, "--limit", "1")) == 1
        assert not told("--city", people.code, "--staff", people.lan.employee_no)
        assert not told("--city", people.code, "--since", (stage.now() + timedelta(days=1)).isoformat())

    def test_prints_a_line_for_people(self, looked_at: tuple[Cast, int]) -> None:
        people, member_id = looked_at
        out = StringIO()
        call_command("traces", "--city", people.code, stdout=out)
        assert f"[{member_id}]" in out.getvalue()
        assert people.zheng.employee_no in out.getvalue()

    def test_the_account_can_do_nothing_else(self, looked_at: tuple[Cast, int]) -> None:
        with set_up.site().connect("auditor") as auditor:
            for statement in (b"DELETE FROM audit_trace", b"UPDATE audit_trace SET reason = ''", b"SELECT 1 FROM members_member"):
                with pytest.raises(errors.InsufficientPrivilege):
                    auditor.execute(statement)
