"""/texts/: what was texted to the visitor, and to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests import cast as casting
from tests.desk.test_texts import approved
from tests.visitors import visit_of

if TYPE_CHECKING:
    from tests.cast import Cast, Someone


def text_to(cast: Cast, someone: Someone, *, state: str = "waiting", purpose: str = "outreach.sms", body: str = "") -> None:
    left = {} if state in {"waiting", "dropped"} else {"permit_id": 1, "handing_at": casting.now()}
    casting.insert_bare(
        "outreach_message",
        city_id=someone.city_id,
        at=casting.now(),
        member_id=someone.member_id,
        staff_id=cast.lan.staff_id,
        store_id=cast.east,
        how="hand",
        purpose=purpose,
        version_id=approved(cast, body=body or "{alias}您好，我是{consultant}。"),
        variables='{"consultant": "lan老师"}',
        state=state,
        latest_at=casting.now(),
        request_key=str(uuid4()),
        **left,
    )


@pytest.mark.usefixtures("portal")
class TestTexts:
    def test_are_the_visitors_own_with_their_words(self, cast: Cast) -> None:
        mine, theirs = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)
        text_to(cast, mine, state="delivered")
        text_to(cast, mine, state="dropped", purpose="outreach.promotion", body="<b>{alias}</b>")
        text_to(cast, theirs, body="给别人的")
        browser, _ = visit_of(mine)
        page = browser.get("/texts/").content.decode()
        assert "……您好，我是lan老师。" in page
        assert "没有发出，或没有送达" in page
        assert "活动与优惠" in page
        assert "<b>……" not in page
        assert "给别人的" not in page
        assert len(casting.traces(mine, action="portal.texts")) == 1

    def test_are_nothing_for_the_link_of_a_text(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member(), scope="stop")
        assert browser.get("/texts/").status_code == 302

    def test_of_a_strange_moment_are_the_newest(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member())
        for before in ("x", "2026-01-01", "9999-12-31T23:59:59+00:00"):
            assert browser.get("/texts/", {"before": before}).status_code == 200
