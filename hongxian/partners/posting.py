"""
One POST to a partner's own address, and to nobody else's.

An address is given by somebody at the desk and reached by the worker, which sees more of the company's network than they do.
So it is HTTPS on the internet, or a host that the company's own settings name (HONGXIAN_PARTNER_HOSTS): the name is looked
up once, every address that it has must be a public one, and the connection goes to the address that was looked at. No
redirect is followed; of the answer nothing is read but its status.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE, WHOLE = 5.0, 15.0  # seconds for one step, and for all of it: who answers a byte at a time keeps others waiting
LONGEST = 300
GIVEN_OUT = ipaddress.ip_network("2000::/3")
PORTS = {"https": 443, "http": 80}


class BadAddress(Refusal):
    """Not an address at which a partner may be told."""

    code = "partners.bad_address"
    message = _("请填写合作方的 https 地址；内网或不加密的地址须先由管理员加入允许名单。")
    status = 422


class NotPosted(OSError):
    """Nobody answered, or may not be asked; nothing is said of why, for the reason could hold the address."""


def check(url: str) -> str:
    """
    The host of an address, as far as can be told without asking anybody.

    :raises BadAddress: see there.
    """
    return str(_parts(url).hostname)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress from None
    host = parts.hostname or ""
    plain = len(url) <= LONGEST and url.isascii() and url.isprintable() and " " not in url
    if not plain or not host or parts.username or parts.password or parts.fragment or port == 0:
        raise BadAddress
    if _is_named(host, port or PORTS.get(parts.scheme, 0)):
        if parts.scheme not in PORTS:
            raise BadAddress
    elif parts.scheme != "https" or _is_inside(host):
        raise BadAddress
    return parts


def _is_named(host: str, port: int) -> bool:
    """The company's settings say that it may be reached: a host at its usual ports, any other port by its number."""
    return f"{host}:{port}" in settings.PARTNER_HOSTS or (host in settings.PARTNER_HOSTS and port in PORTS.values())


def _is_inside(host: str) -> bool:
    """An address, or a name that can only be one of the company's own."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host.rstrip(".") or host.rstrip(".").endswith((".local", ".internal", ".localhost", ".lan"))
    return True


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """
    The status of the answer.

    :raises NotPosted: see there.
    """
    try:
        parts = _parts(url)
        connection = _connection(parts)
        over = threading.Event()
        end = threading.Timer(WHOLE, _hang_up, [connection, over])
        end.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, dict(headers))
            status = connection.getresponse().status
            if over.is_set():  # what came until then may look like an answer
                raise NotPosted
            return status
        finally:
            end.cancel()
            connection.close()
    except (OSError, http.client.HTTPException, BadAddress, UnicodeError):
        raise NotPosted from None


def _hang_up(connection: http.client.HTTPConnection, over: threading.Event) -> None:
    """From a thread of its own: whoever waits for this connection is told that it is over."""
    over.set()
    if connection.sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = str(parts.hostname)
    port = parts.port or PORTS[parts.scheme]
    address = _address(host, port)
    if parts.scheme == "http":
        return _Pinned(host, port, timeout=PATIENCE, address=address)
    return _PinnedTls(host, port, timeout=PATIENCE, address=address, context=ssl.create_default_context())


def _address(host: str, port: int) -> str:
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not _is_named(host, port) and not all(is_public(each) for each in found):
        raise NotPosted
    return min(found)


def is_public(text: str) -> bool:
    """
    One machine on the internet. Of IPv6 only what is given out to networks (2000::/3), and nothing that carries an address of
    IPv4 in it (6to4; NAT64 and the compatible ones lie outside): a translator on the way would lead it inside.
    """
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        return address in GIVEN_OUT and address.sixtofour is None and address.is_global
    return address.is_global and not address.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name that it was looked up by."""

    def __init__(self, *args: Any, address: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedTls(_Pinned):
    def __init__(self, *args: Any, context: ssl.SSLContext, **more: Any) -> None:
        super().__init__(*args, **more)
        self._tls = context

    def connect(self) -> None:
        super().connect()
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()
