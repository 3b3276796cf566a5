"""The list beside a member: the next few and whoever is open; each line is a look, so the traces name these and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hongxian.outreach import worklist
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Someone

MANY = worklist.BESIDE + 5


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast()


@pytest.fixture
def held(cast: Cast) -> Iterator[list[Someone]]:
    """In the order to work through them; the last one was contacted today."""
    people = [cast.member(held_by=cast.lan) for _ in range(MANY)]
    casting.run(
        "UPDATE pools_holding SET last_tried_at = now() WHERE city_id = %(c)s AND member_id = %(m)s",
        c=cast.city_id,
        m=people[-1].member_id,
    )
    with signed_in_as("desk"):
        yield people


def looked_at(cast: Cast) -> list[int]:
    query = "SELECT member_ids FROM audit_trace WHERE staff_id = %(s)s AND action = 'member.list' ORDER BY at DESC LIMIT 1"
    [(member_ids,)] = casting.rows(query, s=cast.lan.staff_id)
    return sorted(member_ids)


class TestBeside:
    def test_is_the_next_few_with_who_is_open(self, cast: Cast, held: list[Someone]) -> None:
        open_id = held[-1].member_id
        lines, total = worklist.beside(by=cast.lan.actor(), member_id=open_id, now=casting.now())
        shown = [each.member_id for each in lines]
        assert (len(shown), total, shown[-1]) == (worklist.BESIDE, MANY, open_id)
        assert looked_at(cast) == sorted(shown)
        everybody = [each.member_id for each in worklist.in_hand(by=cast.lan.actor(), now=casting.now())]
        assert [*everybody[: worklist.BESIDE - 1], open_id] == shown

    def test_of_somebody_elses_is_only_the_next_few(self, cast: Cast, held: list[Someone]) -> None:
        theirs = cast.member(held_by=cast.mei).member_id
        lines, total = worklist.beside(by=cast.lan.actor(), member_id=theirs, now=casting.now())
        assert theirs not in {each.member_id for each in lines}
        assert (len(lines), total) == (worklist.BESIDE, MANY)

    def test_on_the_page_can_be_made_whole(self, cast: Cast, held: list[Someone]) -> None:
        browser = cast.lan.browser()
        few = browser.get(f"/desk/list/?open={held[0].member_id}").content.decode()
        assert few.count("hx-worklist-item") == worklist.BESIDE
        assert f"显示全部 {MANY} 位" in few
        whole = browser.get("/desk/list/?open=1&all=1").content.decode()
        assert whole.count("hx-worklist-item") == MANY
        assert "显示全部" not in whole
