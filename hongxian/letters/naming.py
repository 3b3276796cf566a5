"""What a member calls the others: 对方 A, B, … Z, AA, AB …; the same person keeps the same letter."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

LETTERS = 26
KEY_FILE = "letters.key"


def letter_of(place: int) -> str:
    """The letter at a place, from 1."""
    letters = ""
    while place > 0:
        place, rest = divmod(place - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def key() -> bytes:
    """Under which the site's names are hashed: made at the first set-up, in no database."""
    text: str = (settings.HOME.secrets / KEY_FILE).read_text(encoding="ascii")
    return text.strip().encode()


def hash_of(key: bytes, reference: str) -> bytes:
    """A site's name for somebody, as it is kept of those who opted out: only who has the key can make it."""
    return hmac.new(key, b"hongxian site reference\0" + reference.encode(), hashlib.sha256).digest()


def pseudonym_of(ref_hash: bytes, member_id: int) -> bytes:
    """
    What one member's rows call the person: another member's rows call them something else.

    The database makes the same of those who opted out (portal/migrations): sha256 of the hash and the number in text.
    """
    return hashlib.sha256(ref_hash + str(member_id).encode()).digest()
