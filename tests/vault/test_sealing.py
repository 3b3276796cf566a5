from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hongxian.vault import keys, sealing

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {"alias": "欧阳女士", "name": "欧阳𠮷", "number": "+8613800138000", "note": "a\nb\x00😀" * 50}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.ensure(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def opener(folder: Path) -> sealing.Opener:
    return sealing.Opener(keys.PrivateKeys.load(folder))


class TestSealer:
    def test_what_is_sealed_the_keeper_opens(self, folder: Path, opener: sealing.Opener) -> None:
        sealed = sealing.Sealer(folder).seal(7, TEXTS)
        assert opener.open(7, sealed.kek_id, sealed.wrapped, sealed.fields) == TEXTS

    def test_leaves_blanks_out(self, folder: Path) -> None:
        assert set(sealing.Sealer(folder).seal(7, {"name": "", "alias": "x"}).fields) == {"alias"}

    def test_a_batch_shares_its_exchange_and_nothing_else(self, folder: Path, opener: sealing.Opener) -> None:
        sealer = sealing.Sealer(folder)
        first, second = sealer.seal(1, {"name": "甲"}), sealer.seal(2, {"name": "甲"})
        assert first.wrapped[: sealing.PUBLIC] == second.wrapped[: sealing.PUBLIC]
        assert first.wrapped[sealing.PUBLIC :] != second.wrapped[sealing.PUBLIC :]
        assert first.fields != second.fields
        assert opener.open(2, second.kek_id, second.wrapped, second.fields) == {"name": "甲"}

    def test_the_same_text_never_looks_the_same(self, folder: Path) -> None:
        sealer = sealing.Sealer(folder)
        assert sealer.seal(1, {"name": "甲"}).fields != sealer.seal(1, {"name": "甲"}).fields

    def test_nothing_readable_is_left_in_the_bytes(self, folder: Path) -> None:
        sealed = sealing.Sealer(folder).seal(7, TEXTS)
        everything = sealed.wrapped + b"".join(sealed.fields.values())
        assert not any(text[:8].encode() in everything for text in TEXTS.values())

    def test_cannot_open_again(self, folder: Path) -> None:
        """Sealing needs no private half, and the sealer does not keep the one it made."""
        for private in folder.glob("kek-*.key"):
            private.unlink()
        sealer = sealing.Sealer(folder)
        sealed = sealer.seal(7, TEXTS)
        assert sealed.fields
        with pytest.raises(keys.KeysMissing):
            keys.PrivateKeys.load(folder)
        assert not any(isinstance(getattr(sealer, name, None), X25519PrivateKey) for name in dir(sealer))

    def test_new_envelopes_go_to_the_newest_key_and_old_ones_still_open(self, folder: Path) -> None:
        old = sealing.Sealer(folder).seal(1, {"name": "旧"})
        keys.add_kek(folder, 2)
        new = sealing.Sealer(folder).seal(1, {"name": "新"})
        opener = sealing.Opener(keys.PrivateKeys.load(folder))
        assert (old.kek_id, new.kek_id) == (1, 2)
        assert opener.open(1, 1, old.wrapped, old.fields) == {"name": "旧"}
        assert opener.open(1, 2, new.wrapped, new.fields) == {"name": "新"}


class TestOpener:
    @pytest.mark.parametrize("at", [0, 11, 12, 30, -1])
    def test_refuses_altered_fields(self, folder: Path, opener: sealing.Opener, at: int) -> None:
        sealed = sealing.Sealer(folder).seal(7, TEXTS)
        altered = _flipped(sealed.fields["name"], at)
        with pytest.raises(InvalidTag):
            opener.open(7, sealed.kek_id, sealed.wrapped, {"name": altered})

    @pytest.mark.parametrize("at", [0, 31, 32, 44, -1])
    def test_refuses_altered_wrapped_keys(self, folder: Path, opener: sealing.Opener, at: int) -> None:
        sealed = sealing.Sealer(folder).seal(7, TEXTS)
        with pytest.raises(InvalidTag):
            opener.open(7, sealed.kek_id, _flipped(sealed.wrapped, at), sealed.fields)

    def test_refuses_another_member(self, folder: Path, opener: sealing.Opener) -> None:
        sealed = sealing.Sealer(folder).seal(7, TEXTS)
        with pytest.raises(InvalidTag):
            opener.open(8, sealed.kek_id, sealed.wrapped, sealed.fields)

    def test_refuses_another_field(self, folder: Path, opener: sealing.Opener) -> None:
        """Who may see the alias must not get the name moved into the alias's column."""
        sealed = sealing.Sealer(folder).seal(7, TEXTS)
        with pytest.raises(InvalidTag):
            opener.open(7, sealed.kek_id, sealed.wrapped, {"alias": sealed.fields["name"]})

    def test_refuses_another_envelopes_key(self, folder: Path, opener: sealing.Opener) -> None:
        sealer = sealing.Sealer(folder)
        first, second = sealer.seal(7, TEXTS), sealer.seal(7, TEXTS)
        with pytest.raises(InvalidTag):
            opener.open(7, first.kek_id, second.wrapped, first.fields)

    def test_refuses_keys_of_another_installation(self, folder: Path, tmp_path: Path) -> None:
        sealed = sealing.Sealer(folder).seal(7, TEXTS)
        keys.ensure(tmp_path / "other")
        with pytest.raises(InvalidTag):
            sealing.Opener(keys.PrivateKeys.load(tmp_path / "other")).open(7, sealed.kek_id, sealed.wrapped, sealed.fields)


def _flipped(body: bytes, at: int) -> bytes:
    changed = bytearray(body)
    changed[at] ^= 1
    return bytes(changed)
