"""The link at the end of a text: short, without signing in, one press, as often as somebody likes; and nothing but the "no"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from hongxian.portal import door
from hongxian.vault import asking
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.portal.test_stopping import may_call
from tests.vault.test_numbers import permit, trace

if TYPE_CHECKING:
    from tests.cast import Cast, Someone


def link_for(cast: Cast, someone: Someone) -> str:
    """What the worker puts behind a text."""
    with signed_in_as("worker"):
        [found] = asking.numbers([(trace([someone], cast.lan), permit(someone, cast.lan))]).values()
    return f"/s/{found['stop']}/"


def noes(someone: Someone) -> int:
    return len(casting.rows("SELECT 1 FROM consent_suppression WHERE number_hash = ANY (%(all)s)", all=someone.hashes))


@pytest.mark.usefixtures("portal")
class TestLink:
    def test_stops_all_contact_in_one_press_without_signing_in(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        link = link_for(cast, someone)
        assert len(link) <= 16, "it is paid for with every text"
        browser = Client(enforce_csrf_checks=True)
        page = browser.get(link)
        assert page.status_code == 200
        assert "停止一切联系" in page.content.decode()
        assert may_call(cast, someone) == "", "whoever fetches links ahead stops nothing"
        form = {"csrfmiddlewaretoken": page.context["csrf_token"]}
        assert browser.post(link, form).status_code == 200
        assert may_call(cast, someone) == "suppressed"

    def test_may_be_pressed_again_and_again(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        link = link_for(cast, someone)
        assert [Client().post(link).status_code for _ in range(3)] == [200, 200, 200]
        assert noes(someone) >= 1
        assert "已经停止" in Client().post(link).content.decode()
        assert "一切联系都已停止" in Client().get(link).content.decode()

    def test_is_the_same_for_all_texts_of_a_month_and_another_for_others(self, cast: Cast) -> None:
        someone, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)
        assert link_for(cast, someone) == link_for(cast, someone)
        assert link_for(cast, someone) != link_for(cast, other)
        found = casting.rows("SELECT count(*) FROM vault_visit WHERE member_id = %(id)s", id=someone.member_id)
        assert found == [(1,)]

    def test_opens_nothing_else(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        token = link_for(cast, someone).split("/")[2]
        browser = Client()
        for name in (door.COOKIE, "sessionid"):
            browser.cookies[name] = token
        for page in ("/me/", "/looks/", "/consents/", "/stop/"):
            answer = browser.get(page)
            assert someone.alias not in answer.content.decode()
            assert answer.status_code in {302, 303, 403, 404}, page

    def test_that_somebody_made_up_is_not_found(self, cast: Cast) -> None:
        for token in ("AAAAAAAAAAAA", "x", "%00", "a" * 500):
            assert Client().post(f"/s/{token}/").status_code == 404
