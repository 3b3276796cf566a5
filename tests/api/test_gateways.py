"""The door for machines: nothing without the address that only we can have made, nothing too often, nothing twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client

from hongxian.api import door
from hongxian.outreach.gateways import signing
from hongxian.outreach.gateways.port import Ref
from hongxian.vault import files
from tests.cast import now, rows, run
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

NUMBER = "+8613800138008"


@pytest.fixture
def gate(company: None) -> Iterator[Client]:
    door.wrong.forget()
    door.right.forget()
    run("DELETE FROM outreach_arrived")
    with signed_in_as("desk"):
        yield Client(enforce_csrf_checks=True)
    door.wrong.forget()
    door.right.forget()


def path_of(address: str) -> str:
    return address.removeprefix(settings.GATEWAY_CALLBACKS)


def report(gate: Client, ref: Ref, said: str = "1") -> HttpResponse:
    return gate.get(f"{path_of(signing.report_address(ref))}?s={said}&c=%3Fsmpp%3F")  # type: ignore[return-value] # Django's test response


def arrived() -> list[tuple[str, dict[str, str]]]:
    found = rows("SELECT kind, key, sealed FROM outreach_arrived WHERE done_at IS NULL ORDER BY id")
    return [
        (kind, json.loads(files.unseal(folder=settings.HOME.keys, name=key, sealed=bytes(sealed)))) for kind, key, sealed in found
    ]


class TestReport:
    def test_is_taken_in_sealed_and_once(self, gate: Client) -> None:
        ref = Ref(3, now(), 17)
        assert [report(gate, ref).status_code for _ in range(3)] == [200, 200, 200]
        assert report(gate, ref, "2").status_code == 200
        assert arrived() == [
            ("report", {"word": signing.word_of(ref), "state": "delivered", "code": ""}),
            ("report", {"word": signing.word_of(ref), "state": "failed", "code": "undelivered"}),
        ]

    @pytest.mark.parametrize("said", ["", "3", "x", "-1", "1;2", "999999999999"])
    def test_that_says_nothing_known_is_a_mistake(self, gate: Client, said: str) -> None:
        assert report(gate, Ref(3, now(), 17), said).status_code == 400
        assert arrived() == []

    def test_of_another_text_needs_another_address(self, gate: Client) -> None:
        mine, yours = signing.report_address(Ref(3, now(), 17)), Ref(3, now(), 18)
        forged = path_of(mine).replace(mine.split("/")[-3], signing.word_of(yours))
        assert gate.get(f"{forged}?s=1").status_code == 403
        assert gate.get(f"{path_of(mine).replace('report/', 'replies/')}?s=1").status_code == 404
        assert arrived() == []

    def test_is_read_by_get_alone(self, gate: Client) -> None:
        address = path_of(signing.report_address(Ref(3, now(), 17)))
        assert {gate.generic(method, address).status_code for method in ("POST", "PUT", "DELETE", "PATCH", "HEAD")} == {405}


class TestReply:
    def post(self, gate: Client, body: bytes, **headers: str) -> HttpResponse:
        given = {"X-Kannel-From": NUMBER, "X-Kannel-Time": "2026-11-26 09:42:48"} | headers
        charset = given.pop("charset", "UTF-16BE")
        return gate.post(  # type: ignore[return-value] # Django's test response
            path_of(signing.reply_address()), data=body, content_type=f'text/plain; charset="{charset}"', headers=given
        )

    def test_is_taken_in_sealed_with_the_words_as_they_were(self, gate: Client) -> None:
        assert self.post(gate, "退 订".encode("utf-16-be")).status_code == 200
        assert self.post(gate, "退 订".encode("utf-16-be")).status_code == 200
        [(kind, content)] = arrived()
        assert (kind, content["number"], content["text"]) == ("reply", NUMBER, "退 订")
        [(key, sealed)] = rows("SELECT key, sealed FROM outreach_arrived")
        assert "13800138008" not in key
        assert b"13800138008" not in bytes(sealed)

    def test_in_no_coding_that_anybody_knows_is_taken_in_all_the_same(self, gate: Client) -> None:
        assert self.post(gate, b"T", charset="klingon").status_code == 200
        assert arrived()[0][1]["text"] == "T"

    def test_without_a_sender_is_a_mistake(self, gate: Client) -> None:
        assert self.post(gate, b"T", **{"X-Kannel-From": ""}).status_code == 400

    def test_that_is_forged_or_endless_is_not_read(self, gate: Client) -> None:
        wrong = f"/api/gateways/kannel/reply/{'0' * 40}/"
        assert gate.post(wrong, data=b"T", content_type="text/plain", headers={"X-Kannel-From": NUMBER}).status_code == 403
        assert self.post(gate, b"T" * 20_000).status_code == 413
        assert gate.get(path_of(signing.reply_address())).status_code == 405
        assert arrived() == []


class TestLimits:
    def test_turn_away_who_tries_addresses(self, gate: Client) -> None:
        ref = Ref(3, now(), 17)
        wrong = f"/api/gateways/kannel/report/{signing.word_of(ref)}/{'0' * 40}/?s=1"
        found = [gate.get(wrong).status_code for _ in range(door.WRONG_A_MINUTE + 5)]
        assert found == [403] * door.WRONG_A_MINUTE + [429] * 5
        assert report(gate, ref).status_code == 429  # from the same place, until the minute is over
        door.wrong.forget()
        assert report(gate, ref).status_code == 200

    def test_let_a_gateway_say_much_and_not_everything(self, gate: Client) -> None:
        ref = Ref(3, now(), 17)
        assert report(gate, ref).status_code == 200
        for _ in range(door.RIGHT_A_SECOND):
            door.right.add("kannel")
        assert report(gate, ref).status_code == 429


class TestAddress:
    def test_names_a_text_and_nobody(self, company: None) -> None:
        ref = Ref(3, now(), 17)
        assert signing.ref_in(signing.word_of(ref)) == ref
        for word in ("", "1", "1-2", "a-b-c", "1-2-3-4", "1-99999999999999999999-3", "-1-2-3", "１-2-3"):
            assert signing.ref_in(word) is None, word

    def test_of_an_older_key_still_holds(self, company: None) -> None:
        ref, file = Ref(3, now(), 17), settings.HOME.secrets / signing.FILE
        before, old = signing.report_address(ref), file.read_text(encoding="ascii")
        file.write_text(f"{'n' * 40}\n{old}", encoding="ascii")
        try:
            assert signing.report_address(ref) != before
            *_, name, _, word, mac, _ = before.split("/")
            assert signing.is_ours(mac, "report", name, word)
        finally:
            file.write_text(old, encoding="ascii")
