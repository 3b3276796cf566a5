"""
The addresses at which gateways call back (回调地址), each with a mac in it: who does not know the key cannot report anything.

A report's address names the text and nothing about a person. The key lies in HOME/secrets/gateway.key, made at the first
start; a second line lets it be changed, and the first one signs.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings

from hongxian.outreach.gateways.port import Ref

FILE = "gateway.key"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LENGTH = 40
LATEST = 253_402_300_799_000_000  # the last microsecond that a moment can name


class NoKey(RuntimeError):
    """The company has not been set up."""


def report_address(ref: Ref, *, gateway: str = "kannel") -> str:
    """Where a text's reports arrive, without what the gateway adds."""
    word = word_of(ref)
    return f"{settings.GATEWAY_CALLBACKS}/api/gateways/{gateway}/report/{word}/{mac('report', gateway, word)}/"


def reply_address(*, gateway: str = "kannel") -> str:
    """Where what people answer arrives."""
    return f"{settings.GATEWAY_CALLBACKS}/api/gateways/{gateway}/reply/{mac('reply', gateway, '')}/"


def call_address(*, gateway: str = "cloud") -> str:
    """Where a cloud of virtual numbers says what happens to calls."""
    return f"{settings.GATEWAY_CALLBACKS}/api/gateways/{gateway}/call/{mac('call', gateway, '')}/"


def word_of(ref: Ref) -> str:
    """A text's name on one line: city, microsecond, number."""
    return f"{ref.city_id}-{(ref.at - EPOCH) // MICROSECOND}-{ref.id}"


def ref_in(word: str) -> Ref | None:
    """The text that a word names; None where it names none."""
    city, _, rest = word.partition("-")
    at, _, number = rest.partition("-")
    if not all(each.isascii() and each.isdecimal() for each in (city, at, number)) or int(at) > LATEST:
        return None
    return Ref(city_id=int(city), at=EPOCH + int(at) * MICROSECOND, id=int(number))


def mac(*about: str) -> str:
    """What proves that an address is ours."""
    return _mac(_keys()[0], about)


def is_ours(given: str, *about: str) -> bool:
    """Whether one of the keys made this mac."""
    return any(hmac.compare_digest(_mac(key, about).encode(), given.encode(errors="replace")) for key in _keys())


def _mac(key: str, about: tuple[str, ...]) -> str:
    return hmac.new(key.encode(), "\n".join(about).encode(), hashlib.sha256).hexdigest()[:LENGTH]


def _keys() -> list[str]:
    file = settings.HOME.secrets / FILE
    try:
        return _read(str(file), file.stat().st_mtime_ns)
    except OSError as error:
        raise NoKey from error


@lru_cache(maxsize=4)
def _read(file: str, _changed: int) -> list[str]:
    with open(file, encoding="ascii") as lines:  # noqa: PTH123 - the path is the cache's key
        found = lines.read().split()
    if not found:
        raise NoKey
    return found
