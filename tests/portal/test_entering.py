"""A code to the number, and in: the same for numbers that nobody knows; limits; what is kept of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from hongxian.outreach import codes, outbox
from hongxian.portal import door
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.drawing import fresh_number

if TYPE_CHECKING:
    from tests.cast import Cast


def unknown_number() -> str:
    return fresh_number()


def sent_code(number: str) -> str:
    """What the worker would have sent to this number, in the demo."""
    with override_settings(DEMO=True, SMS_GATEWAY="loopback"):
        with signed_in_as("worker"):
            codes.send_waiting(now=timezone.now())
        return next(each.code for each in outbox.newest(100) if each.number == number)


def _answer(page: str) -> str:
    return page[page.find("<h1") : page.find("csrfmiddleware")]


def sent_words(number: str) -> str:
    with override_settings(DEMO=True, SMS_GATEWAY="loopback"):
        return next(each.words for each in outbox.newest(100) if each.number == number)


@pytest.mark.usefixtures("portal")
class TestEntering:
    def test_takes_a_code_and_gives_a_visit(self, cast: Cast) -> None:
        someone, browser = cast.member(), Client()
        asked = browser.post("/enter/", {"number": someone.number[3:]})
        assert asked.status_code == 200
        answer = browser.post("/enter/code/", {"number": someone.number[3:], "code": sent_code(someone.number)})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        cookie = answer.cookies[door.COOKIE]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert "谁看过我" in browser.get("/").content.decode()

    def test_of_a_number_that_nobody_knows_is_the_same_and_leads_to_an_empty_home(self, cast: Cast) -> None:
        someone, number, browser = cast.member(), unknown_number(), Client()
        known = browser.post("/enter/", {"number": someone.number[3:]}).content.decode().replace(someone.number[3:], "*")
        unknown = browser.post("/enter/", {"number": number[3:]}).content.decode().replace(number[3:], "*")
        assert _answer(known) == _answer(unknown)
        browser.post("/enter/code/", {"number": number, "code": sent_code(number)})
        assert "我们这里没有这个号码的资料" in browser.get("/").content.decode()
        assert "没有您的资料" in browser.get("/source/").content.decode()

    def test_wants_the_right_code_within_five_tries(self, cast: Cast) -> None:
        someone, browser = cast.member(), Client()
        browser.post("/enter/", {"number": someone.number})
        code = sent_code(someone.number)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(5):
            assert browser.post("/enter/code/", {"number": someone.number, "code": wrong}).status_code == 422
        assert browser.post("/enter/code/", {"number": someone.number, "code": code}).status_code == 422
        assert door.COOKIE not in browser.cookies

    def test_a_code_is_good_once(self, cast: Cast) -> None:
        someone, browser = cast.member(), Client()
        browser.post("/enter/", {"number": someone.number})
        code = sent_code(someone.number)
        assert browser.post("/enter/code/", {"number": someone.number, "code": code}).status_code == 303
        assert Client().post("/enter/code/", {"number": someone.number, "code": code}).status_code == 422

    def test_a_code_of_one_number_opens_no_other(self, cast: Cast) -> None:
        one, other, browser = cast.member(), cast.member(), Client()
        browser.post("/enter/", {"number": one.number})
        browser.post("/enter/", {"number": other.number})
        code = sent_code(one.number)
        if code != sent_code(other.number):
            assert browser.post("/enter/code/", {"number": other.number, "code": code}).status_code == 422

    def test_comes_once_a_minute_and_five_times_a_day(self, cast: Cast) -> None:
        someone, browser = cast.member(), Client()
        assert browser.post("/enter/", {"number": someone.number}).status_code == 200
        assert browser.post("/enter/", {"number": someone.number}).status_code == 429
        shift = "UPDATE vault_code SET issued_at = issued_at - interval '2 minutes' WHERE number_hash = %(hash)s"
        for _ in range(4):
            casting.run(shift, hash=someone.hashes[0])
            assert browser.post("/enter/", {"number": someone.number}).status_code == 200
        casting.run(shift, hash=someone.hashes[0])
        last = browser.post("/enter/", {"number": someone.number})
        assert last.status_code == 429
        assert "今天" in last.content.decode()

    @pytest.mark.parametrize("number", ["", "12345", "021-62580000", "🙂", "1" * 40])
    def test_of_no_mobile_number_says_so(self, cast: Cast, number: str) -> None:
        assert Client().post("/enter/", {"number": number}).status_code == 422

    def test_keeps_neither_number_nor_code(self, cast: Cast) -> None:
        someone, browser = cast.member(), Client()
        browser.post("/enter/", {"number": someone.number})
        code = sent_code(someone.number)
        kept = casting.rows("SELECT mac FROM vault_code WHERE number_hash = %(hash)s", hash=someone.hashes[0])
        assert len(kept) == 1
        assert code.encode() not in bytes(kept[0][0])
        texts = casting.rows("SELECT state, sealed FROM vault_text ORDER BY made_at DESC LIMIT 1")
        assert [(state, bytes(sealed)) for state, sealed in texts] == [("sent", b"")]

    def test_without_a_gateway_outside_the_demo_sends_nothing(self, cast: Cast) -> None:
        someone = cast.member()
        Client().post("/enter/", {"number": someone.number})
        with signed_in_as("worker"):
            assert codes.send_waiting(now=timezone.now()) == 0
        assert casting.rows("SELECT state FROM vault_text ORDER BY made_at DESC LIMIT 1") == [("no_gateway",)]
        assert Client().get("/demo/outbox/").status_code == 404

    def test_ends_with_leaving(self, cast: Cast) -> None:
        someone, browser = cast.member(), Client()
        browser.post("/enter/", {"number": someone.number})
        browser.post("/enter/code/", {"number": someone.number, "code": sent_code(someone.number)})
        token = browser.cookies[door.COOKIE].value
        assert browser.post("/leave/").status_code == 303
        stolen = Client()
        stolen.cookies[door.COOKIE] = token
        assert stolen.get("/source/").headers["Location"] == "/enter/"

    def test_says_nothing_in_the_outbox_that_others_could_read(self, cast: Cast) -> None:
        someone = cast.member()
        Client().post("/enter/", {"number": someone.number})
        sent_code(someone.number)
        file = max(settings.HOME.outbox.glob("*.json"))
        assert file.stat().st_mode & 0o077 == 0
        assert [each["number"] for each in json.loads(file.read_text())] == [someone.number]
