"""The person's own "no": with and without signing in, in force at once; and its lifting, which is theirs alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from hongxian.kernel.actor import Actor
from hongxian.outreach import gate, refusing
from hongxian.vault import asking
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.portal.test_entering import sent_code, sent_words
from tests.visitors import open_visit, visit_of

if TYPE_CHECKING:
    from tests.cast import Cast, Someone


def settle(someone: Someone) -> None:
    """What the worker does a moment later."""
    with signed_in_as("worker"):
        refusing.settle(by=Actor.system("settle"), city_id=someone.city_id, member_id=someone.member_id, now=timezone.now())


def may_call(cast: Cast, someone: Someone) -> str:
    with signed_in_as("desk"):
        return gate.permit(
            by=cast.lan.actor(), city_id=someone.city_id, member_id=someone.member_id, channel="call", now=timezone.now()
        ).reason


@pytest.mark.usefixtures("portal")
class TestStop:
    def test_in_one_press_denies_everybody_at_once(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        assert may_call(cast, someone) == ""
        assert browser.post("/stop/").status_code == 303
        assert may_call(cast, someone) == "suppressed"

    def test_takes_the_member_out_of_hands_a_moment_later(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        browser.post("/stop/")
        settle(someone)
        ids = {"city": someone.city_id, "member": someone.member_id}
        assert casting.rows("SELECT 1 FROM pools_holding WHERE city_id = %(city)s AND member_id = %(member)s", **ids) == []
        assert casting.rows("SELECT 1 FROM vault_ground WHERE city_id = %(city)s AND member_id = %(member)s", **ids) == []

    def test_spends_no_permit_that_was_issued_before(self, cast: Cast) -> None:
        """The keeper asks the list itself: between the permit and its use the person said no."""
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        with signed_in_as("desk"):
            verdict = gate.permit(
                by=cast.lan.actor(), city_id=someone.city_id, member_id=someone.member_id, channel="call", now=timezone.now()
            )
        browser.post("/stop/")
        assert verdict.trace is not None
        with signed_in_as("desk"), pytest.raises(asking.KeeperDenied):
            asking.reveal(verdict.trace)

    def test_by_the_link_in_a_text_needs_no_sign_in(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        Client().post("/enter/", {"number": someone.number})
        sent_code(someone.number)
        found = re.search(r"/s/[\w-]+/", sent_words(someone.number))
        assert found is not None
        stranger = Client()
        page = stranger.get(found[0]).content.decode()
        assert page[page.find("<main") : page.find("</main>")].count("<form") == 1
        assert may_call(cast, someone) == "", "looking at the link stops nothing: phones fetch links ahead"
        assert "已经停止" in stranger.post(found[0]).content.decode()
        assert may_call(cast, someone) == "suppressed"

    def test_by_a_link_that_nobody_sent_is_not_found(self, company: None) -> None:
        for token in ("x", "A" * 43, "%00", "Ä"):
            assert Client().get(f"/s/{token}/").status_code == 404
            assert Client().post(f"/s/{token}/").status_code == 404

    def test_the_link_opens_nothing_else(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member(), scope="stop")
        for path in ("/source/", "/stop/"):
            assert browser.get(path).headers["Location"] == "/enter/"

    def test_of_a_number_that_nobody_knows_is_kept_too(self, cast: Cast) -> None:
        hashes = [b"\x07" * 31 + bytes([cast.city_id % 256])]
        browser, _ = visit_of(None, hashes=hashes)
        browser.post("/stop/")
        assert casting.rows("SELECT reason FROM consent_suppression WHERE number_hash = %(hash)s", hash=hashes[0]) == [
            ("refused",)
        ]

    def test_is_told_again_to_whoever_comes_back(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member())
        browser.post("/stop/")
        assert "一切联系都已停止" in browser.get("/").content.decode()
        assert "停止一切联系</button>" not in browser.get("/").content.decode()


@pytest.mark.usefixtures("portal")
class TestLift:
    def test_by_the_person_with_a_code_of_just_now(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        browser.post("/stop/")
        settle(someone)
        assert browser.post("/stop/lift/", {"purpose": "outreach.call"}).status_code == 303
        settle(someone)
        cast.hold(someone, cast.lan)
        assert may_call(cast, someone) == ""
        [(denied, reason)] = casting.rows(
            "SELECT outcome, reason FROM audit_trace WHERE action = 'suppression.lift' AND member_ids = ARRAY[%(id)s::bigint]",
            id=someone.member_id,
        )
        assert (denied, reason) == ("allowed", "")

    def test_needs_a_fresh_code(self, cast: Cast) -> None:
        someone = cast.member()
        browser, _ = visit_of(someone, minutes_ago=16)
        browser.post("/stop/")
        assert browser.post("/stop/lift/", {"purpose": "outreach.call"}).status_code == 403
        assert casting.rows("SELECT 1 FROM consent_lifting WHERE number_hash = %(hash)s", hash=someone.hashes[0]) == []
        tries = "SELECT outcome FROM audit_trace WHERE action = 'suppression.lift' AND member_ids = ARRAY[%(id)s::bigint]"
        assert casting.rows(tries, id=someone.member_id) == [("denied",)]

    def test_needs_a_fresh_consent(self, cast: Cast) -> None:
        someone = cast.member()
        browser, _ = visit_of(someone)
        browser.post("/stop/")
        assert browser.post("/stop/lift/", {"purpose": ["x"]}).status_code == 422
        assert casting.rows("SELECT 1 FROM consent_lifting WHERE number_hash = %(hash)s", hash=someone.hashes[0]) == []

    def test_a_later_no_holds_again(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        browser.post("/stop/")
        browser.post("/stop/lift/", {"purpose": "outreach.sms"})
        browser.post("/stop/")
        assert may_call(cast, someone) == "suppressed"

    def test_without_signing_in_is_not_possible(self, cast: Cast) -> None:
        token = open_visit(cast.member(), scope="stop")
        client = Client()
        client.cookies["hongxian_visit"] = token
        assert client.post("/stop/lift/", {"purpose": "outreach.call"}).headers["Location"] == "/enter/"
