"""Notes, checkpoints and the files in which they are kept."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hongxian.audit import checkpoints, exporting, notes, sealing, tree
from tests.audit.test_sealing import city, write
from tests.owner import now, rows

__all__ = ["city"]
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
TEXT = "hongxian/test\n3\n" + base64.b64encode(bytes(32)).decode() + "\nat 2026-12-03T06:05:11Z\n"


def key_of(private: Ed25519PrivateKey, name: str = "hongxian/test") -> notes.Key:
    return notes.key_of(private, name=name)


class TestNote:
    def test_holds_under_its_own_key_only(self) -> None:
        note = notes.parse(notes.sign(TEXT, name="hongxian/test", private=PRIVATE))
        assert note.text == TEXT
        assert note.signer([key_of(OTHER), key_of(PRIVATE)]) == key_of(PRIVATE)
        assert note.signer([key_of(OTHER)]) is None
        assert note.signer([key_of(PRIVATE, "another/name")]) is None
        assert notes.Note(TEXT.replace("3", "4"), note.signatures).signer([key_of(PRIVATE)]) is None

    def test_key_reads_as_it_is_written(self) -> None:
        assert notes.Key.parse(str(key_of(PRIVATE))) == key_of(PRIVATE)

    @pytest.mark.parametrize(
        "text", ["", "a+b", "a+00000000+AAAA", str(key_of(PRIVATE)).replace("hongxian", "hongxiao"), "a+x+!"]
    )
    def test_other_keys_are_refused(self, text: str) -> None:
        with pytest.raises(notes.NotANote):
            notes.Key.parse(text)

    @pytest.mark.parametrize("text", ["", TEXT, TEXT + "\n", TEXT + "\n— x AAAA\n", TEXT + "\n- x y\n", TEXT + "\nx\n"])
    def test_other_notes_are_refused(self, text: str) -> None:
        with pytest.raises(notes.NotANote):
            notes.parse(text)


class TestCheckpoint:
    def test_reads_as_it_is_written(self) -> None:
        assert checkpoints.parse(TEXT).text() == TEXT
        more = replace(checkpoints.parse(TEXT), next_key=str(key_of(OTHER)), rows="x")
        assert checkpoints.parse(more.text()) == more

    @pytest.mark.parametrize(
        "text", ["", "a\nb\nc\n", TEXT.replace("at", "when"), TEXT + "more x\n", TEXT.replace("\n3\n", "\n03\n")]
    )
    def test_others_are_refused(self, text: str) -> None:
        with pytest.raises(notes.NotANote):
            checkpoints.parse(text)

    def test_is_signed_when_the_log_has_grown_and_not_too_often(self, city: int) -> None:
        write(city, 1)
        sealing.seal_all(now=now())
        at = now() + timedelta(days=1)
        made = checkpoints.sign_if_due(private=PRIVATE, now=at)
        assert made is not None
        said = checkpoints.parse(notes.parse(made.note).text)
        assert (said.size, said.root, said.origin) == (made.size, made.root, checkpoints.head().origin)
        hashes = [bytes(each) for (each,) in rows("SELECT hash FROM audit_leaf ORDER BY index")]
        assert (said.size, said.root) == (len(hashes), tree.root_of(hashes))
        assert checkpoints.sign_if_due(private=PRIVATE, now=at + timedelta(hours=1)) is None, "nothing new"
        write(city, 1)
        sealing.seal_all(now=now())
        assert checkpoints.sign_if_due(private=PRIVATE, now=at + timedelta(seconds=1)) is None, "too early"
        assert checkpoints.sign_if_due(private=PRIVATE, now=at + timedelta(seconds=3)) is not None

    def test_of_the_old_key_names_the_new_one(self, city: int) -> None:
        made = checkpoints.rotate(old=PRIVATE, new=OTHER, now=now())
        note = notes.parse(made.note)
        origin = checkpoints.head().origin
        assert note.signer([key_of(PRIVATE, origin)]) is not None
        assert checkpoints.parse(note.text).next_key == str(key_of(OTHER, origin))


class TestFile:
    @pytest.fixture
    def kept(self, city: int) -> exporting.Kept:
        for number in range(300):
            write(city, number % 7 + 1)
        sealing.seal_all(now=now())
        return exporting.export(keys=[OTHER, PRIVATE], now=now())

    def test_reads_as_it_is_written(self, kept: exporting.Kept) -> None:
        assert exporting.loads(kept.dumps()) == kept
        assert len(kept.rows) == 4 * kept.checkpoint.size
        assert kept.checkpoint.size >= 300

    def test_can_leave_the_rows_out(self, kept: exporting.Kept) -> None:
        short = exporting.export(keys=[OTHER, PRIVATE], now=now(), rows=False)
        assert exporting.loads(short.dumps()) == short
        assert (short.rows, short.tiles, short.edge) == (b"", kept.tiles, kept.edge)

    @pytest.mark.parametrize("part", ["tiles", "edge", "rows", "note", "key", "format"])
    def test_that_was_damaged_is_refused(self, kept: exporting.Kept, part: str) -> None:
        said = json.loads(kept.dumps())
        value = said[part]
        said[part] = value[:8] + ("B" if value[8] != "B" else "C") + value[9:]
        with pytest.raises(exporting.Unusable):
            exporting.loads(json.dumps(said))
        del said[part]
        with pytest.raises(exporting.Unusable):
            exporting.loads(json.dumps(said))

    @pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"format": 3}'])
    def test_of_another_kind_is_refused(self, text: str) -> None:
        with pytest.raises(exporting.Unusable):
            exporting.loads(text)
