"""The lists outside the database: whole lines, on the disk before the commit, and only ever replayed on whom they mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection

from hongxian.kernel import lists
from hongxian.kernel.actor import Actor
from hongxian.rights import erasing, listing, replaying
from tests import cast as casting
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from tests.cast import Cast, Someone


@pytest.fixture
def worker(home: None) -> Iterator[None]:
    with signed_in_as("worker"):
        yield


def ask(text: str, parameters: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return [int(row[0]) for row in cursor.fetchall()]


def state_of(someone: Someone) -> str:
    [(state,)] = casting.rows("SELECT state FROM members_member WHERE id = %(id)s", id=someone.member_id)
    return str(state)


def erase(someone: Someone) -> None:
    erasing.erase(
        by=Actor.system("erase", city_id=someone.city_id),
        city_id=someone.city_id,
        member_id=someone.member_id,
        now=casting.now(),
    )


class TestList:
    def test_gives_back_what_was_added(self, tmp_path: Path) -> None:
        file = tmp_path / "x.jsonl"
        lists.append(file, [{"a": 1}, {"a": "二"}])
        lists.append(file, [])
        lists.append(file, [{"a": 3}])
        assert [line["a"] for line in lists.read(file)] == [1, "二", 3]
        assert file.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("torn", [b'{"a": 2', b'{"a"', b"\xff", b'{"a": 2}', b"[1]", b"\x00\x00\x00"])
    def test_survives_a_line_that_was_torn(self, tmp_path: Path, torn: bytes) -> None:
        file = tmp_path / "x.jsonl"
        lists.append(file, [{"a": 1}])
        with file.open("ab") as out:
            out.write(torn)
        lists.append(file, [{"a": 3}])
        assert [line["a"] for line in lists.read(file)] in ([1, 3], [1, 2, 3])

    def test_that_is_not_there_is_empty(self, tmp_path: Path) -> None:
        assert list(lists.read(tmp_path / "x.jsonl")) == []

    def test_skips_what_it_cannot_understand(self, worker: None) -> None:
        before = len(list(listing.erased()))
        lists.append(settings.HOME.lists / "erased.jsonl", [{"city": "x"}, {"member": 3}, {}])
        assert len(list(listing.erased())) == before


@pytest.mark.usefixtures("worker")
class TestErased:
    def test_stand_on_the_list_by_their_numbers_alone(self, cast: Cast) -> None:
        someone = cast.member()
        erase(someone)
        [line] = [each for each in listing.erased() if each.member_id == someone.member_id and each.city_id == someone.city_id]
        assert list(line.number_hashes) == someone.hashes
        text = (settings.HOME.lists / "erased.jsonl").read_text()
        assert not [secret for secret in someone.secrets if secret in text]

    def test_are_not_erased_when_the_list_cannot_be_written(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        someone = cast.member()

        def full(*_args: object) -> None:
            raise OSError(28, "no space left")

        monkeypatch.setattr(lists, "append", full)
        with pytest.raises(OSError, match="no space"):
            erase(someone)
        assert state_of(someone) == "live"

    def test_that_come_back_are_erased_again(self, cast: Cast) -> None:
        someone = cast.member()
        erase(someone)
        casting.run("UPDATE members_member SET state = 'live' WHERE id = %(id)s", id=someone.member_id)
        lines = (settings.HOME.lists / "erased.jsonl").read_text()
        assert replaying.replay(ask, now=casting.now())[0] == 1
        assert state_of(someone) == "erased"
        assert (settings.HOME.lists / "erased.jsonl").read_text() == lines, "they are on the list already"
        assert replaying.replay(ask, now=casting.now()) == (0, 0)

    def test_are_not_taken_for_somebody_who_got_the_same_number_later(self, cast: Cast) -> None:
        """A restored sequence gives a number twice; the moment of making tells the two apart."""
        someone = cast.member()
        erase(someone)
        casting.run(
            "UPDATE members_member SET state = 'live', created_at = created_at + interval '1 second' WHERE id = %(id)s",
            id=someone.member_id,
        )
        assert replaying.replay(ask, now=casting.now())[0] == 0
        assert state_of(someone) == "live"


@pytest.mark.usefixtures("worker")
class TestNoes:
    def test_are_added_once_and_come_back(self, cast: Cast) -> None:
        someone, kept = cast.member(pooled=True), listing.NoesKept()
        kept.keep(now=casting.now())
        say_no(someone)
        assert kept.keep(now=casting.now()) == 1
        assert kept.keep(now=casting.now()) == 0
        assert listing.NoesKept().keep(now=casting.now()) == 0, "another process knows what is on the list"
        forget_no(someone)
        assert replaying.replay(ask, now=casting.now()) == (0, 1)
        [(suppressed, entries)] = casting.rows(
            "SELECT suppressed_at IS NOT NULL, (SELECT count(*) FROM pools_entry WHERE member_id = member.id)"
            "  FROM members_member AS member WHERE id = %(id)s",
            id=someone.member_id,
        )
        assert (suppressed, entries) == (True, 0)
        assert replaying.replay(ask, now=casting.now()) == (0, 0)

    def test_that_commit_late_are_not_missed(self, cast: Cast) -> None:
        kept, someone, other = listing.NoesKept(), cast.member(), cast.member()
        say_no(someone)
        kept.keep(now=casting.now())
        say_no(other, at=casting.now() - timedelta(minutes=30))
        assert kept.keep(now=casting.now()) == 1

    def test_of_a_clock_that_is_ahead_hide_none(self, cast: Cast) -> None:
        kept, someone, other = listing.NoesKept(), cast.member(), cast.member()
        say_no(someone, at=datetime(2099, 1, 1, tzinfo=UTC))
        kept.keep(now=casting.now())
        say_no(other)
        assert kept.keep(now=casting.now()) == 1
        assert listing.NoesKept().keep(now=casting.now()) == 0

    def test_a_lifting_that_came_later_still_counts(self, cast: Cast) -> None:
        someone = cast.member()
        say_no(someone, at=casting.now() - timedelta(hours=2))
        listing.NoesKept().keep(now=casting.now())
        casting.insert_bare("consent_lifting", number_hash=someone.hashes[0], lifted_at=casting.now(), proof="x")
        forget_no(someone)
        replaying.replay(ask, now=casting.now())
        assert casting.rows("SELECT suppressed_at FROM members_member WHERE id = %(id)s", id=someone.member_id) == [(None,)]

    def test_name_nobody(self, cast: Cast) -> None:
        say_no(cast.member())
        listing.NoesKept().keep(now=casting.now())
        for line in (settings.HOME.lists / "suppressed.jsonl").read_text().splitlines():
            assert set(json.loads(line)) == {"number", "reason", "at"}


def say_no(someone: Someone, *, at: datetime | None = None) -> None:
    casting.insert_bare(
        "consent_suppression",
        number_hash=someone.hashes[0],
        origin=f"test {casting.now().isoformat()}",
        reason="refused",
        recorded_at=at or casting.now(),
        staff_id=0,
    )


def forget_no(someone: Someone) -> None:
    """As a backup from before would."""
    casting.run("DELETE FROM consent_suppression WHERE number_hash = %(hash)s", hash=someone.hashes[0])
