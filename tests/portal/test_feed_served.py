"""The feed as the dating site meets it: a portal process of its own, plain HTTP, and the log it writes."""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import processes
from hongxian.portal import machines
from tests import cast as casting
from tests.portal import feeds
from tests.server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast

WORDS = "周末一起去滴水湖骑车吧"


@pytest.fixture(scope="module")
def port(company: None) -> Iterator[int]:
    number = free_port()
    with processes.running("portal", {"HONGXIAN_PORTAL_PORT": str(number)}):
        for _ in range(200):
            try:
                if _ask(number, "GET", "/health/live")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield number


def _ask(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _post(port: int, body: bytes, key: str) -> tuple[int, str]:
    moment = str(int(time.time()))
    signed = {"X-Hongxian-Time": moment, "X-Hongxian-Signature": machines.sign(key, moment, body)}
    return _ask(port, "POST", feeds.ADDRESS, body, {"Content-Type": "application/json", **signed})


class TestServed:
    def test_takes_in_what_is_signed_and_logs_nothing_of_it(self, port: int, cast: Cast) -> None:
        someone = cast.member()
        body = json.dumps(feeds.batch((someone, [feeds.look("u-served")], [feeds.letter(WORDS, "u-served")]))).encode()
        assert _post(port, body, feeds.key())[0] == 202
        assert _post(port, body, feeds.key())[0] == 200
        assert _post(port, body, "somebody else's")[0] == 401
        wrong = json.dumps(feeds.batch((someone, [], [feeds.letter(WORDS) | {"inbox": WORDS}]))).encode()
        status, told = _post(port, wrong, feeds.key())
        assert (status, json.loads(told)["why"]) == (422, "words_of_others")
        query = "SELECT count(*) FROM letters_sent WHERE member_id = %(id)s"
        assert casting.rows(query, id=someone.member_id) == [(1,)]
        log = processes.log_file("portal").read_text(encoding="utf-8")
        assert '"machine"' in log
        for secret in (WORDS, someone.number, someone.number[3:], "u-served", feeds.key()):
            assert secret not in log
            assert secret not in told

    def test_is_on_the_portal_only(self, port: int) -> None:
        from django.urls import Resolver404, resolve

        with pytest.raises(Resolver404):
            resolve(feeds.ADDRESS, urlconf="hongxian.config.urls")
