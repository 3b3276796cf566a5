"""
Macs under a key of the company's own: what a partner calls a request, and what was in it, compared without being kept.

A bare hash of something with a number in it tells the number: all of them can be hashed in an hour. The key lies in
HOME/secrets/partners.key, made at the first set-up. Whoever changes it makes requests of before look new; that does no harm:
the same registration again changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

FILE = "partners.key"


class NoKey(RuntimeError):
    """The company has not been set up."""


def mac(*about: str) -> bytes:
    """The same for the same texts, and for nobody else."""
    text = "\n".join(str(len(each)) + ":" + each for each in about)
    return hmac.new(_key(), text.encode(), hashlib.sha256).digest()


def _key() -> bytes:
    file = settings.HOME.secrets / FILE
    try:
        return _read(str(file), file.stat().st_mtime_ns)
    except OSError as error:
        raise NoKey from error


@lru_cache(maxsize=2)
def _read(file: str, _changed: int) -> bytes:
    with open(file, encoding="ascii") as lines:  # noqa: PTH123 - the path is the cache's key
        found = lines.read().split()
    if not found:
        raise NoKey
    return found[0].encode()
