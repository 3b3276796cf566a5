"""
Files sealed to the worker: what a web process takes in, it cannot open again.

One key exchange a file; its pieces of 1 MB are counted and the last is marked, so that none can be dropped, swapped or added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hongxian.vault import keys

if TYPE_CHECKING:
    from pathlib import Path

PIECE = 1 << 20
TAG = 16
MAGIC = b"hongxian upload 1\n"
KEY_ID = 2
PUBLIC = 32


class Unopenable(ValueError):
    """Altered, cut, of another name, or sealed to a key that is not here."""


def seal(*, folder: Path, name: str, content: bytes) -> bytes:
    """
    The content, sealed under the newest upload key; it opens under the same name only.

    :raises keys.KeysMissing: before the first set-up.
    """
    key_id, public = keys.newest_upload_public(folder)
    ephemeral = X25519PrivateKey.generate()
    half = ephemeral.public_key().public_bytes_raw()
    cipher = _cipher(ephemeral.exchange(public), half, public, name)
    pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)] or [b""]
    sealed = [cipher.encrypt(_nonce(number, number == len(pieces) - 1), piece, None) for number, piece in enumerate(pieces)]
    return b"".join([MAGIC, key_id.to_bytes(KEY_ID, "big"), half, *sealed])


def unseal(*, folder: Path, name: str, sealed: bytes) -> bytes:
    """
    What was sealed under this name.

    :raises Unopenable: see there.
    :raises keys.KeysMissing: this process has no private upload key.
    """
    head = len(MAGIC) + KEY_ID + PUBLIC
    if not sealed.startswith(MAGIC) or len(sealed) < head:
        raise Unopenable("no sealed upload")
    private = keys.upload_private(folder).get(int.from_bytes(sealed[len(MAGIC) : len(MAGIC) + KEY_ID], "big"))
    if private is None:
        raise Unopenable("sealed to another key")
    half = sealed[len(MAGIC) + KEY_ID : head]
    cipher = _cipher(private.exchange(X25519PublicKey.from_public_bytes(half)), half, private.public_key(), name)
    pieces = [sealed[at : at + PIECE + TAG] for at in range(head, len(sealed), PIECE + TAG)]
    try:
        opened = [cipher.decrypt(_nonce(number, number == len(pieces) - 1), piece, None) for number, piece in enumerate(pieces)]
    except InvalidTag as error:
        raise Unopenable("altered or cut") from error
    if not opened:
        raise Unopenable("cut")
    return b"".join(opened)


def _cipher(shared: bytes, half: bytes, public: X25519PublicKey, name: str) -> AESGCM:
    info = b"hongxian upload" + half + public.public_bytes_raw() + name.encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(shared))


def _nonce(number: int, last: bool) -> bytes:  # noqa: FBT001 - the mark is part of the nonce
    return number.to_bytes(11, "big") + bytes([last])
