from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hongxian.vault import keys

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"kek-1.key", "kek-1.pub", "number-1.key", "checkpoint-1.key", "upload-1.key", "upload-1.pub"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    before = os.umask(0)  # the worst surroundings
    try:
        keys.ensure(tmp_path / "keys")
    finally:
        os.umask(before)
    return tmp_path / "keys"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


class TestEnsure:
    def test_makes_one_key_of_each_kind_for_its_owner_alone(self, folder: Path) -> None:
        assert {file.name for file in folder.iterdir()} == KINDS
        assert _mode(folder) == 0o700
        assert {_mode(file) for file in folder.glob("*.key")} == {0o600}

    def test_shuts_a_folder_that_stood_open(self, folder: Path) -> None:
        folder.chmod(0o755)
        keys.ensure(folder)
        assert _mode(folder) == 0o700

    def test_never_writes_over_a_key(self, folder: Path) -> None:
        before = _contents(folder)
        keys.ensure(folder)
        with pytest.raises(FileExistsError):
            keys.add_kek(folder, 1)
        assert _contents(folder) == before

    def test_leaves_keys_of_other_numbers_alone(self, folder: Path) -> None:
        (folder / "number-1.key").rename(folder / "number-4.key")
        before = _contents(folder)
        keys.ensure(folder)
        assert _contents(folder) == before

    def test_finishes_a_pair_that_was_interrupted(self, folder: Path) -> None:
        (folder / "kek-1.key").unlink()
        (folder / "kek-1.key.new").write_bytes(b"half")
        keys.ensure(folder)
        public = X25519PrivateKey.from_private_bytes((folder / "kek-1.key").read_bytes()).public_key()
        assert public.public_bytes_raw() == (folder / "kek-1.pub").read_bytes()
        assert {file.name for file in folder.iterdir()} == KINDS


class TestHashNumber:
    def test_takes_every_key_newest_first(self, folder: Path) -> None:
        old = keys.PrivateKeys.load(folder).hash_number("+8613800138000")
        (folder / "number-2.key").write_bytes(b"n" * 32)
        both = keys.PrivateKeys.load(folder).hash_number("+8613800138000")
        assert len(old) == 1
        assert len(both) == 2
        assert both[1] == old[0], "what was hashed before must still be found"

    def test_cannot_be_repeated_elsewhere(self, folder: Path, tmp_path: Path) -> None:
        keys.ensure(tmp_path / "other")
        here, there = (keys.PrivateKeys.load(each).hash_number("+8613800138000") for each in (folder, tmp_path / "other"))
        assert here != there


class TestMissing:
    def test_says_so(self, tmp_path: Path) -> None:
        for ask in (keys.PrivateKeys.load, keys.newest_public, keys.newest_upload_public, keys.upload_private):
            with pytest.raises(keys.KeysMissing):
                ask(tmp_path)
