"""The icons that exist: the names of the symbols in static/hongxian/icons.svg."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent / "static" / "hongxian" / "icons.svg"


class NoSuchIcon(LookupError):
    """A template names an icon that the sprite doesn't have."""


@cache
def names() -> frozenset[str]:
    """Read the names once per process."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', FILE.read_text(encoding="utf-8")))


def check(name: str) -> str:
    """
    Give the name back when the sprite has it.

    :raises NoSuchIcon: so that a misspelt icon is found by the first test of its page.
    """
    if name not in names():
        raise NoSuchIcon(name)
    return name
