"""
Sealing: fields under a data key of their own, the data key wrapped to the keeper's public key.

Who seals cannot open again. Every envelope has its own data key, so that destroying the wrapped keys of a person's
envelopes destroys what is in them. A batch shares one key exchange: 7 µs a wrap instead of 80.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hongxian.vault import keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIELDS = ("alias", "name", "number", "wechat", "birth", "criteria", "remark", "note")
# What a person writes to the privacy office and is answered, or to the fraud desk: sealed too, opened by another question (words.py).
WORDS = ("request_text", "complaint_text", "report_text")
NONCE, PUBLIC = 12, 32


@dataclass(frozen=True, slots=True)
class Sealed:
    """One envelope's content, ready to be stored: the wrapped data key and the sealed fields by name."""

    kek_id: int
    wrapped: bytes
    fields: dict[str, bytes]


class Sealer:
    """Seals any number of envelopes to the keeper with one exchange; make a new one for each batch."""

    def __init__(self, folder: Path) -> None:
        """:raises keys.KeysMissing: before the first set-up."""
        self.kek_id, public = keys.newest_public(folder)
        ephemeral = X25519PrivateKey.generate()
        self._ephemeral_public = ephemeral.public_key().public_bytes_raw()
        self._wrapping = AESGCM(derive(ephemeral.exchange(public), self._ephemeral_public, public))

    def seal(self, member_id: int, fields: Mapping[str, str]) -> Sealed:
        """Seals the non-empty fields of one member under a fresh data key."""
        data_key = AESGCM.generate_key(256)
        nonce = secrets.token_bytes(NONCE)
        wrapped = self._ephemeral_public + nonce + self._wrapping.encrypt(nonce, data_key, _about_key(member_id))
        cipher = AESGCM(data_key)
        return Sealed(
            kek_id=self.kek_id,
            wrapped=wrapped,
            fields={name: _seal_one(cipher, member_id, name, text) for name, text in fields.items() if text},
        )


def _seal_one(cipher: AESGCM, member_id: int, name: str, text: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + cipher.encrypt(nonce, text.encode(), about_field(member_id, name))


def derive(shared: bytes, ephemeral_public: bytes, public: X25519PublicKey) -> bytes:
    """The wrapping key of one exchange; both public halves are bound into it."""
    info = b"hongxian data keys" + ephemeral_public + public.public_bytes_raw()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(shared)


def _about_key(member_id: int) -> bytes:
    return f"{member_id}".encode()


def about_field(member_id: int, name: str) -> bytes:
    """Binds a sealed field to its member and its name: it opens nowhere else."""
    return f"{member_id}:{name}".encode()


class Opener:
    """The other half, in the keeper only. Keeps the exchanges of the batches it met lately."""

    REMEMBERED = 2000

    def __init__(self, private: keys.PrivateKeys) -> None:
        self._keks = private.keks
        self._wrapping: dict[tuple[int, bytes], AESGCM] = {}

    def open(self, member_id: int, kek_id: int, wrapped: bytes, fields: Mapping[str, bytes]) -> dict[str, str]:
        """:raises cryptography.exceptions.InvalidTag: altered, or of another member or field."""
        cipher = AESGCM(self._data_key(member_id, kek_id, wrapped))
        return {
            name: cipher.decrypt(sealed[:NONCE], sealed[NONCE:], about_field(member_id, name)).decode()
            for name, sealed in fields.items()
        }

    def _data_key(self, member_id: int, kek_id: int, wrapped: bytes) -> bytes:
        ephemeral, nonce, body = wrapped[:PUBLIC], wrapped[PUBLIC : PUBLIC + NONCE], wrapped[PUBLIC + NONCE :]
        known = self._wrapping.get((kek_id, ephemeral))
        if known is None:
            private = self._keks[kek_id]
            shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
            known = AESGCM(derive(shared, ephemeral, private.public_key()))
            if len(self._wrapping) >= self.REMEMBERED:
                self._wrapping.clear()
            self._wrapping[(kek_id, ephemeral)] = known
        return known.decrypt(nonce, body, _about_key(member_id))
