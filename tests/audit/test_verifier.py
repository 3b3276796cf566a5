"""The stand-alone verifier: run as a stranger would, with nothing but Python; every flipped byte is found, and its row named."""

from __future__ import annotations

import base64
import io
import json
import random
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hongxian.audit import exporting, inspecting, proving
from tests.audit.scratch import LAST_WEEK, OURS, THEIRS, TODAY, Log, copied, empty

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).resolve().parents[2] / "tools" / "verify_log.py"
MEMBER = 7


def check(file: Path, against: Path | None = None) -> tuple[int, str]:
    """Its exit code and what it says."""
    more = ["--against", str(against)] if against else []
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), str(file), *more], capture_output=True, text=True, check=False, timeout=60
    )
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def log(home: None) -> Iterator[Log]:
    with empty("hx_verifier_empty") as nothing, copied(nothing, "hx_verifier") as found:
        found.fill(260, begin=LAST_WEEK)
        found.seal(LAST_WEEK + timedelta(hours=5))
        yield found


@pytest.fixture(scope="module")
def week(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Last week's checkpoint, kept; the log has gone on since."""
    file = tmp_path_factory.mktemp("kept") / "week.checkpoint"
    file.write_text(log.export(LAST_WEEK + timedelta(hours=5)).dumps(), encoding="utf-8")
    log.fill(220, begin=TODAY, seed=2)
    log.seal(TODAY + timedelta(hours=4))
    return file


@pytest.fixture(scope="module")
def today(log: Log, week: Path) -> Path:
    file = week.with_name("today.checkpoint")
    file.write_text(log.export(TODAY + timedelta(hours=4)).dumps(), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def said(log: Log, today: Path) -> dict[str, Any]:
    """The proof of everything about one member."""
    with log.as_worker():
        return proving.of_member(city_id=3, member_id=MEMBER)


class TestProof:
    @pytest.fixture
    def file(self, said: dict[str, Any], tmp_path: Path) -> Path:
        file = tmp_path / "proof.json"
        file.write_text(proving.dumps(said), encoding="utf-8")
        return file

    def test_holds_alone_and_against_kept_checkpoints(self, file: Path, said: dict[str, Any], week: Path, today: Path) -> None:
        assert len(said["lines"]) > 5
        for against in (None, week, today):
            code, words = check(file, against)
            assert (code, "成立 | HOLDS" in words) == (0, True), words
        assert "--against" in check(file)[1]

    def test_of_a_text_that_changed_fails_and_names_the_row(self, said: dict[str, Any], file: Path, today: Path) -> None:
        dice = random.Random(3)
        for _ in range(12):
            line = dice.choice(said["lines"])
            at = dice.randrange(len(line["leaf"]))
            changed = line["leaf"][:at] + ("x" if line["leaf"][at] != "x" else "y") + line["leaf"][at + 1 :]
            lines = [each | ({"leaf": changed} if each is line else {}) for each in said["lines"]]
            file.write_text(json.dumps(said | {"lines": lines}), encoding="utf-8")
            code, words = check(file, today)
            assert (code, f"row {line['index']}:" in words) == (1, True), words

    def test_of_another_place_path_or_member_fails(self, said: dict[str, Any], file: Path) -> None:
        first, *rest = said["lines"]
        for change in (
            {"lines": [first | {"index": first["index"] + 1}, *rest]},
            {"lines": [first | {"path": first["path"][1:]}, *rest]},
            {"lines": [first | {"path": [base64.b64encode(bytes(32)).decode(), *first["path"][1:]]}, *rest]},
            {"member": MEMBER + 1},
            {"salt": "00" * 32},
        ):
            file.write_text(json.dumps(said | change), encoding="utf-8")
            code, words = check(file)
            named = change.get("lines", said["lines"])[0]["index"]
            assert (code, f"row {named}:" in words) == (1, True), (change, words)

    @pytest.mark.parametrize("place", [0, 2, 3])
    def test_with_a_line_left_out_is_not_complete(self, said: dict[str, Any], file: Path, place: int) -> None:
        lines = said["lines"][:place] + said["lines"][place + 1 :]
        file.write_text(json.dumps(said | {"lines": lines}), encoding="utf-8")
        code, words = check(file)
        assert (code, f"line number {place + 1} is missing" in words) == (1, True), words
        file.write_text(json.dumps(said | {"lines": lines, "complete": False}), encoding="utf-8")
        assert check(file)[0] == 0

    def test_under_another_key_fails_against_the_kept_checkpoint(self, log: Log, file: Path, today: Path) -> None:
        with log.as_worker():
            forged = proving.of_member(city_id=3, member_id=MEMBER)
            kept = exporting.export(keys=[THEIRS], now=TODAY)
        file.write_text(json.dumps(forged | {"note": kept.note, "keys": [str(kept.key)]}), encoding="utf-8")
        assert check(file)[0] == 0, "alone it can't be told"
        code, words = check(file, today)
        assert (code, "unknown key" in words) == (1, True)

    def test_erased_member_has_no_salt_and_the_lines_are_proved_all_the_same(self, said: dict[str, Any], file: Path) -> None:
        file.write_text(json.dumps(said | {"salt": None}), encoding="utf-8")
        assert check(file)[0] == 0

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "hongxian proof 1"}', "nonsense"])
    def test_that_is_none_cannot_be_used(self, file: Path, text: str) -> None:
        file.write_text(text, encoding="utf-8")
        assert check(file)[0] == 2


class TestCheckpoint:
    def test_holds_alone_and_after_an_older_one(self, week: Path, today: Path) -> None:
        assert check(week)[0] == check(today)[0] == check(today, week)[0] == 0
        assert check(week, today)[0] == 1, "fewer rows than were there"

    def test_that_was_changed_fails(self, today: Path, tmp_path: Path) -> None:
        text, dice = today.read_text(encoding="utf-8"), random.Random(5)
        for _ in range(20):
            at = dice.randrange(text.index('"note"') + 9, len(text) - 4)
            if not re.match(r"[A-Za-z0-9]", text[at]):
                continue
            file = tmp_path / "changed.checkpoint"
            file.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :], encoding="utf-8")
            assert check(file)[0] != 0, text[at - 20 : at + 20]


class TestConsistency:
    def test_holds_from_the_older_to_the_newer(self, log: Log, week: Path, today: Path, tmp_path: Path) -> None:
        older, newer = exporting.read(week), exporting.read(today)
        with log.as_worker():
            said = proving.consistency(older=older.note, newer=newer.note, keys=[newer.key])
        file = tmp_path / "consistency.json"
        file.write_text(json.dumps(said), encoding="utf-8")
        assert check(file)[0] == check(file, today)[0] == check(file, week)[0] == 0
        for change in ({"path": said["path"][1:]}, {"older": said["newer"]}, {"newer": said["older"]}):
            file.write_text(json.dumps(said | change), encoding="utf-8")
            assert check(file)[0] == 1


@pytest.fixture(scope="module")
def packed(log: Log, today: Path) -> bytes:
    """A bundle of some hours of last week up to some of today."""
    out = io.BytesIO()
    with log.as_worker():
        made = inspecting.write(
            out,
            since=LAST_WEEK + timedelta(hours=2),
            until=TODAY + timedelta(hours=1),
            keys=[OURS],
            register={"purposes": {"outreach.call": "电话联系"}},
            now=TODAY + timedelta(hours=4),
        )
    assert 0 < made.begin < made.end < made.size
    return out.getvalue()


class TestBundle:
    def test_holds_packed_and_unpacked(self, packed: bytes, week: Path, today: Path, tmp_path: Path) -> None:
        file = tmp_path / "bundle.zip"
        file.write_bytes(packed)
        for against in (None, week, today):
            assert check(file, against)[0] == 0
        zipfile.ZipFile(file).extractall(tmp_path / "bundle")
        assert check(tmp_path / "bundle", today)[0] == 0

    def test_reads_with_the_program_inside(self, packed: bytes, tmp_path: Path) -> None:
        zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)
        done = subprocess.run([sys.executable, "-I", "-S", str(tmp_path / "verify_log.py"), str(tmp_path)], check=False)
        assert done.returncode == 0

    def test_with_a_flipped_byte_in_a_row_fails_and_names_it(self, packed: bytes, tmp_path: Path) -> None:
        archive, dice = zipfile.ZipFile(io.BytesIO(packed)), random.Random(1)
        begin = json.loads(archive.read("bundle.json"))["begin"]
        rows = archive.read("rows.txt")
        start = packed.index(rows)
        for _ in range(25):
            at = dice.randrange(len(rows))
            place = begin + rows[: max(at - 1, 0)].count(b"\n\n")
            changed = bytearray(packed)
            changed[start + at] ^= 1 << dice.randrange(8)
            file = tmp_path / "flipped.zip"
            file.write_bytes(changed)
            code, words = check(file)
            assert (code, re.search(rf"row ({place}|{place + 1}):", words) is not None) == (1, True), (at, words)

    @pytest.mark.parametrize("name", ["hashes.bin", "register.json", "README.txt", "verify_log.py", "bundle.json", "files.txt"])
    def test_with_a_flipped_byte_elsewhere_fails(self, packed: bytes, tmp_path: Path, name: str) -> None:
        content = zipfile.ZipFile(io.BytesIO(packed)).read(name)
        start, dice = packed.index(content), random.Random(2)
        for _ in range(8):
            at = dice.randrange(len(content))
            changed = bytearray(packed)
            changed[start + at] ^= 1 << dice.randrange(7)
            file = tmp_path / "flipped.zip"
            file.write_bytes(changed)
            code, words = check(file)
            assert code != 0, (name, content[at - 30 : at + 30], words)
            if name in {"register.json", "README.txt", "verify_log.py"}:
                assert f"the file {name} was changed" in words


class TestEd25519:
    def test_agrees_with_a_library(self) -> None:
        code = PROGRAM.read_text(encoding="utf-8")
        ours: dict[str, Any] = {"__name__": "verify_log"}
        exec(compile(code, str(PROGRAM), "exec"), ours)
        holds, dice = ours["ed25519_holds"], random.Random(4)
        for _ in range(6):
            private = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
            public, text = private.public_key().public_bytes_raw(), dice.randbytes(50)
            signature = private.sign(text)
            assert holds(public, text, signature)
            assert not holds(public, text + b"x", signature)
            assert not holds(public, text, bytes([signature[0] ^ 1]) + signature[1:])
            assert not holds(public, text, signature[:32] + bytes([signature[32] ^ 1]) + signature[33:])
            assert not holds(dice.randbytes(32), text, signature)
