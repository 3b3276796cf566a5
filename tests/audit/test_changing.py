"""What is changed in the company says why, and names nobody's number."""

from __future__ import annotations

import pytest
from django.db import transaction

from hongxian.audit import changing
from tests import cast as stage
from tests.cast import Cast


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast()


def change(cast: Cast, why: str) -> list[tuple[str]]:
    with transaction.atomic():
        changing.note_change(
            by=cast.operations.actor("worker"),
            action="org.test",
            thing="staff 1",
            before=None,
            after=None,
            why=why,
            now=stage.now(),
        )
    return stage.rows("SELECT why FROM audit_change WHERE staff_id = %(id)s", id=cast.operations.staff_id)


class TestReason:
    @pytest.mark.parametrize("why", ["打 13800138000 问过", "她的号 138 0013 8000", "138-0013-8000", "证件 11010519491231002X"])
    def test_with_a_number_changes_nothing(self, cast: Cast, why: str) -> None:
        with pytest.raises(changing.NumberInReason):
            change(cast, why)
        assert stage.rows("SELECT why FROM audit_change WHERE staff_id = %(id)s", id=cast.operations.staff_id) == []

    @pytest.mark.parametrize("why", ["2026-11-26 起，合同 20261126001", "每天 1500 条", "工号 100213800", "13 个月后 8000 元"])
    def test_with_days_and_amounts_is_kept(self, cast: Cast, why: str) -> None:
        assert change(cast, why) == [(why,)]
