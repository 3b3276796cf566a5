"""
The installation's keys: files in a 0700 folder beside the data, never in the database, never in version control.

kek-N.key/.pub      key-encryption keys (X25519): data keys are wrapped to the public half, the keeper holds the other
number-N.key        keys under which phone numbers are hashed; only ever added to, look-ups try all
checkpoint-N.key    signs the checkpoints of the sealed log (Ed25519)
upload-N.key/.pub   workbooks are sealed to the public half by whoever takes them in, only the worker reads the other
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

if TYPE_CHECKING:
    from pathlib import Path


class KeysMissing(RuntimeError):
    """The folder of keys is not there or empty: nothing can be sealed or opened."""


def ensure(folder: Path) -> None:
    """Makes the first key of each kind where none is; leaves existing keys alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not any(folder.glob("kek-*.key")):
        add_kek(folder, 1)
    if not any(folder.glob("number-*.key")):
        _write(folder / "number-1.key", secrets.token_bytes(32))
    if not any(folder.glob("checkpoint-*.key")):
        _write(folder / "checkpoint-1.key", Ed25519PrivateKey.generate().private_bytes_raw())
    if not any(folder.glob("upload-*.key")):
        _add_pair(folder, "upload", 1)


def add_checkpoint(folder: Path, number: int, private: Ed25519PrivateKey) -> None:
    """
    Adds a signing key; what is signed from now on is signed with it. The log must have named it before: `checkpoints.rotate`.

    :raises FileExistsError: there is a key of that number.
    """
    _write(folder / f"checkpoint-{number}.key", private.private_bytes_raw())


def checkpoint_private(folder: Path) -> dict[int, Ed25519PrivateKey]:
    """
    The keys that sign the sealed log, the newest last.

    :raises KeysMissing: before the first set-up.
    """
    return {number: Ed25519PrivateKey.from_private_bytes(raw) for number, raw in _numbered(folder, "checkpoint", ".key").items()}


def add_kek(folder: Path, kek_id: int) -> None:
    """
    Adds a key-encryption key; what is sealed from now on is wrapped to it.

    :raises FileExistsError: there is a key of that number; what it opens would be lost.
    """
    _add_pair(folder, "kek", kek_id)


def _add_pair(folder: Path, kind: str, key_id: int) -> None:
    """The public half first: a private half alone would look as if the pair were there."""
    private, public = X25519PrivateKey.generate(), folder / f"{kind}-{key_id}.pub"
    if not (folder / f"{kind}-{key_id}.key").exists():
        public.unlink(missing_ok=True)  # of a pair that was interrupted: nothing was sealed to it yet
    _write(public, private.public_key().public_bytes_raw(), mode=0o644)
    _write(folder / f"{kind}-{key_id}.key", private.private_bytes_raw())


def _write(file: Path, content: bytes, mode: int = 0o600) -> None:
    """
    Whole or not at all: a half-written key would lock everything sealed after it.

    :raises FileExistsError: a key is never written over another.
    """
    draft = file.with_suffix(file.suffix + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    finally:
        draft.unlink()


def _numbered(folder: Path, kind: str, suffix: str) -> dict[int, bytes]:
    found = {int(file.stem.split("-")[1]): file.read_bytes() for file in folder.glob(f"{kind}-*{suffix}")}
    if not found:
        message = f"no {kind} key in {folder}"
        raise KeysMissing(message)
    return dict(sorted(found.items()))


def newest_public(folder: Path) -> tuple[int, X25519PublicKey]:
    """
    The key that new data keys are wrapped to, and its number.

    :raises KeysMissing: before the first set-up.
    """
    kek_id, raw = list(_numbered(folder, "kek", ".pub").items())[-1]
    return kek_id, X25519PublicKey.from_public_bytes(raw)


def newest_upload_public(folder: Path) -> tuple[int, X25519PublicKey]:
    """
    The key that uploads are sealed to, and its number.

    :raises KeysMissing: before the first set-up.
    """
    key_id, raw = list(_numbered(folder, "upload", ".pub").items())[-1]
    return key_id, X25519PublicKey.from_public_bytes(raw)


def upload_private(folder: Path) -> dict[int, X25519PrivateKey]:
    """
    What only the worker loads to open uploads.

    :raises KeysMissing: before the first set-up.
    """
    return {number: X25519PrivateKey.from_private_bytes(raw) for number, raw in _numbered(folder, "upload", ".key").items()}


@dataclass(frozen=True, slots=True)
class PrivateKeys:
    """What only the keeper loads."""

    keks: dict[int, X25519PrivateKey]
    numbers: dict[int, bytes]

    @classmethod
    def load(cls, folder: Path) -> PrivateKeys:
        """:raises KeysMissing: before the first set-up."""
        keks = {kek_id: X25519PrivateKey.from_private_bytes(raw) for kek_id, raw in _numbered(folder, "kek", ".key").items()}
        return cls(keks=keks, numbers=_numbered(folder, "number", ".key"))

    def hash_number(self, number: str) -> list[bytes]:
        """HMAC-SHA256 of an E.164 number under every key, the newest first."""
        text = number.encode("ascii")
        return [hmac.new(key, text, hashlib.sha256).digest() for _, key in sorted(self.numbers.items(), reverse=True)]
