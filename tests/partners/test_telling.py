"""What partners are told: a real server receives it, checks it as docs/partners.md says, and answers well, badly or not at all."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from hongxian.partners import keeping, posting
from tests.cast import Cast, now, rows
from tests.conftest import signed_in_as
from tests.drawing import fresh_number
from tests.partnership import Partner

if TYPE_CHECKING:
    from collections.abc import Iterator


class Receiver(ThreadingHTTPServer):
    """A partner's own server: takes what is signed by its secret and fresh, once for each event."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secret, self.answers, self.seen, self.refused = "", list[int](), list[dict[str, Any]](), 0
        self.events: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks?from=hongxian"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time = self.headers["X-Hongxian-Time"]
        made = hmac.new(self.server.secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(made, self.headers["X-Hongxian-Signature"]) or abs(int(time) - now().timestamp()) > 300 * 400:
            self.server.refused += 1
            self.send_response(401)
        else:
            status = self.server.answers.pop(0) if self.server.answers else 204
            self.server.events.append(self.headers["X-Hongxian-Event"])
            if status == 204:
                self.server.seen.append(json.loads(body))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_about: object) -> None:
        """Silent."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def partner(company: None, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    monkeypatch.setattr(settings, "PARTNER_HOSTS", [f"127.0.0.1:{receiver.server_address[1]}"])
    found = Partner(Cast())
    with signed_in_as("desk"):
        receiver.secret = keeping.set_hook(
            by=found.cast.operations.actor(), partner_id=found.partner_id, url=receiver.url, why="接口合作", now=now()
        ).secret
        yield found


def deliveries(partner: Partner) -> list[tuple[Any, ...]]:
    query = "SELECT state, tries, answered FROM partners_delivery WHERE partner_id = %(p)s ORDER BY id"
    return rows(query, p=partner.partner_id)


def ask(partner: Partner, count: int = 1) -> list[str]:
    ids = []
    for _ in range(count):
        answer = partner.post("registrations", partner.registration(fresh_number()))
        ids.append(json.loads(answer.content)["id"])
    partner.work()
    return ids


class TestTelling:
    def test_says_what_became_of_requests_and_nothing_of_anybody(self, partner: Partner, receiver: Receiver) -> None:
        ids = ask(partner, 3)
        assert partner.tell() == 1
        [told] = receiver.seen
        assert set(told) == {"id", "type", "at", "requests"}
        assert told["type"] == "requests.ended"
        assert told["requests"] == [{"id": each, "kind": "register", "state": "done"} for each in ids]
        assert deliveries(partner) == [("told", 1, 204)]
        assert partner.tell() == 0

    @pytest.mark.parametrize("answer", [500, 302, 404, 429])
    def test_is_tried_again_later_and_later(self, partner: Partner, receiver: Receiver, answer: int) -> None:
        receiver.answers = [answer] * 3
        ask(partner)
        assert partner.tell() == 1
        assert partner.tell() == 0, "not at once"
        waits = []
        for _ in range(3):
            [(due,)] = rows(
                "SELECT extract(epoch FROM next_at - now())::float8 FROM partners_delivery WHERE partner_id = %(p)s",
                p=partner.partner_id,
            )
            waits.append(due)
            assert partner.tell(later=timedelta(seconds=due + 1)) == 1
        assert waits == sorted(waits)
        assert deliveries(partner) == [("told", 4, 204)]
        assert len(receiver.seen) == 1
        assert len(set(receiver.events)) == 1, "the same message keeps its id"

    def test_is_given_up_after_a_day(self, partner: Partner, receiver: Receiver) -> None:
        receiver.answers = [503] * 9
        ask(partner)
        assert partner.tell(later=timedelta(hours=25)) == 1
        assert deliveries(partner) == [("given_up", 1, 503)]

    def test_of_somebody_who_is_not_there_waits(self, partner: Partner, receiver: Receiver) -> None:
        receiver.shutdown()
        receiver.server_close()
        ask(partner)
        assert partner.tell() == 1
        assert deliveries(partner) == [("waiting", 1, None)]

    def test_stops_with_the_hook(self, partner: Partner, receiver: Receiver) -> None:
        ask(partner)
        keeping.end_hook(by=partner.cast.operations.actor(), partner_id=partner.partner_id, why="停", now=now())
        partner.tell()
        assert deliveries(partner) == [("given_up", 1, None)]
        ask(partner)
        assert len(deliveries(partner)) == 1
        assert receiver.seen == []

    def test_is_signed_with_the_newest_secret(self, partner: Partner, receiver: Receiver) -> None:
        ask(partner)
        keeping.set_hook(by=partner.cast.operations.actor(), partner_id=partner.partner_id, url=receiver.url, why="换", now=now())
        partner.tell()
        assert (receiver.refused, receiver.seen) == (1, [])


class TestPosting:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254"])
    def test_goes_nowhere_inside_the_house_that_the_settings_do_not_name(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        monkeypatch.setattr(settings, "PARTNER_HOSTS", [])
        with pytest.raises(posting.NotPosted):
            posting.post(f"https://{host}:{receiver.server_address[1]}/", body=b"{}", headers={})

    def test_goes_to_no_other_port_of_a_host_that_the_settings_name(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "PARTNER_HOSTS", ["127.0.0.1", "127.0.0.1:1"])
        with pytest.raises(posting.NotPosted):
            posting.post(f"http://127.0.0.1:{receiver.server_address[1]}/", body=b"{}", headers={})

    def test_goes_to_no_name_that_leads_into_the_house(self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever the name was when somebody wrote it down, what it leads to now counts."""
        monkeypatch.setattr(settings, "PARTNER_HOSTS", [])
        inside = [(2, 1, 6, "", ("127.0.0.1", receiver.server_address[1]))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_about, **_more: inside)
        with pytest.raises(posting.NotPosted):
            posting.post(f"https://dating.example.com:{receiver.server_address[1]}/", body=b"{}", headers={})
