"""Where the worker may go on a partner's word: the internet, and nowhere inside, whatever a name says it is."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from hongxian.partners import posting

if TYPE_CHECKING:
    from collections.abc import Iterator

INSIDE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),
    *("::1", "::", "::ffff:10.0.0.1", "::10.0.0.1", "fe80::1", "fc00::1", "fec0::1", "ff02::1"),
    *("64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::1", "2001:0:a00:1::1", "2001:db8::1"),
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_inside_or_leads_there_is_not_public(address: str) -> None:
    assert not posting.is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "240e:f7::1"])
def test_one_machine_on_the_internet_is(address: str) -> None:
    assert posting.is_public(address)


@pytest.mark.parametrize(
    "found", [["8.8.8.8", "10.0.0.5"], ["64:ff9b::a00:5"], ["127.0.0.1"], ["8.8.8.8", "::ffff:127.0.0.1"]], ids=str
)
def test_a_name_of_which_one_address_lies_inside_is_not_asked(monkeypatch: pytest.MonkeyPatch, found: list[str]) -> None:
    asked = list[Any]()

    def look_up(host: str, port: int, **_about: Any) -> list[Any]:
        asked.append((host, port))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    def connect(*about: Any, **_more: Any) -> None:
        raise AssertionError(about)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(posting.NotPosted):
        posting.post("https://hooks.example.com/a", body=b"{}", headers={})
    assert asked == [("hooks.example.com", 443)], "looked up once: what was looked at is where it would go"


@pytest.fixture
def dripping() -> Iterator[int]:
    """A server that answers a byte at a time and never ends; its port."""
    server, ended = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip() -> None:
        client, _place = server.accept()
        with client:
            client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not ended.wait(0.05):
                try:
                    client.sendall(b"a")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    ended.set()
    thread.join()
    server.close()


def test_who_answers_a_byte_at_a_time_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, dripping: int) -> None:
    monkeypatch.setattr(settings, "PARTNER_HOSTS", [f"127.0.0.1:{dripping}"])
    monkeypatch.setattr(posting, "WHOLE", 0.5)
    since = time.monotonic()
    with pytest.raises(posting.NotPosted):
        posting.post(f"http://127.0.0.1:{dripping}/", body=b"{}", headers={})
    assert time.monotonic() - since < posting.PATIENCE
