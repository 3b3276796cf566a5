"""
Signed notes, as in C2SP's signed-note: a text, a blank line, and a line for each signature.

    — NAME base64(four bytes of the key's id, then the Ed25519 signature of the text)

A key is written `NAME+id in hex+base64(0x01, then the 32 bytes of the public key)`; its id is the beginning of
SHA-256(NAME, line break, 0x01, public key).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
ID = 4
SIGNATURE = 64
DASH = "— "


class NotANote(ValueError):
    """The text can't be read as a note or a key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with the name that it signs under."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Tells which key a signature is of."""
        return hashlib.sha256(f"{self.name}\n".encode() + ED25519 + self.public).digest()[:ID]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """:raises NotANote: it is no key of ours, or its id is not its own."""
        try:
            name, key_id, encoded = text.split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as error:
            raise NotANote("not a key") from error
        key = cls(name, raw[1:])
        if raw[:1] != ED25519 or len(key.public) != 32 or key.id.hex() != key_id:  # noqa: PLR2004 - bytes of a key
            raise NotANote("not a key")
        return key

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's under the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signatures: key id to signature. Reading one says nothing about whether they hold."""

    text: str
    signatures: dict[bytes, bytes]

    def signer(self, keys: list[Key]) -> Key | None:
        """The first of these keys whose signature is here and holds."""
        for key in keys:
            signature = self.signatures.get(key.id)
            if signature is not None and key.signed(self.text, signature):
                return key
        return None


def key_of(private: Ed25519PrivateKey, *, name: str) -> Key:
    """The public half."""
    return Key(name, private.public_key().public_bytes_raw())


def sign(text: str, *, name: str, private: Ed25519PrivateKey) -> str:
    """The note; `text` ends with a line break."""
    key = key_of(private, name=name)
    return f"{text}\n{DASH}{name} {base64.b64encode(key.id + private.sign(text.encode())).decode()}\n"


def parse(note: str) -> Note:
    """:raises NotANote: there is no text or no signature that can be read."""
    text, blank, lines = note.rpartition("\n\n")
    signatures = {}
    for line in lines.splitlines():
        words = line.removeprefix(DASH).split(" ")
        try:
            raw = base64.b64decode(words[1], validate=True)
        except (IndexError, ValueError) as error:
            raise NotANote("not a signature") from error
        if not line.startswith(DASH) or len(raw) != ID + SIGNATURE:
            raise NotANote("not a signature")
        signatures[raw[:ID]] = raw[ID:]
    if not blank or not signatures:
        raise NotANote("no signature")
    return Note(f"{text}\n", signatures)
