"""A clock that was set back gives no number away, over the keeper's own end; what else is asked is answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from hongxian.outreach import sending
from hongxian.vault import asking
from hongxian.vault.asking import KeeperAway
from hongxian.vault.lately import SLACK, Lately
from tests.cast import Cast, now, rows
from tests.conftest import signed_in_as
from tests.outreach.messages import text_of, version_of
from tests.vault.test_keeper import own_keeper
from tests.vault.test_permits import number, permit
from tests.vault.test_revealing import look

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_earlier_time_is_not_believed_until_it_has_passed(tmp_path: Path) -> None:
    lately = Lately(tmp_path / "clock")
    assert not lately.went_back(NOON)
    assert not lately.went_back(NOON - SLACK), "as a time service corrects it"
    assert lately.went_back(NOON - HOUR)
    assert lately.went_back(NOON - SLACK - timedelta(seconds=1))
    assert not lately.went_back(NOON)


def test_nor_by_the_next_keeper(tmp_path: Path) -> None:
    Lately(tmp_path / "clock").went_back(NOON)
    assert Lately(tmp_path / "clock").went_back(NOON - HOUR)


def test_nor_where_the_file_can_not_be_written(tmp_path: Path) -> None:
    lately = Lately(tmp_path / "nowhere" / "clock")
    assert not lately.went_back(NOON)
    assert lately.went_back(NOON - HOUR)


@pytest.mark.parametrize("kept", ["", "yesterday", "\u0000"])
def test_what_can_not_be_read_is_as_nothing(tmp_path: Path, kept: str) -> None:
    (tmp_path / "clock").write_text(kept, encoding="ascii")
    assert not Lately(tmp_path / "clock").went_back(NOON)


def test_no_number_leaves_and_reading_goes_on(cast: Cast, desk: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text((now() + HOUR).isoformat(), encoding="ascii")
    member = cast.member(held_by=cast.lan)
    permit_id = permit(cast.lan, member)
    asking.forget()
    with own_keeper(tmp_path / "k.sock"), monkeypatch.context() as there:
        there.setattr(settings, "KEEPER_SOCKET", tmp_path / "k.sock")
        with pytest.raises(KeeperAway):
            asking.reveal(number(cast.lan, member, permit_id=permit_id))
        assert asking.reveal(look(cast.lan, member)) == {member.member_id: {"alias": member.alias}}
        assert not asking.gives_numbers()
        asking.forget()
    assert asking.gives_numbers()
    assert rows("SELECT used_at FROM vault_permit WHERE id = %(id)s", id=permit_id) == [(None,)]
    assert asking.reveal(number(cast.lan, member, permit_id=permit_id))[member.member_id]["number"] == member.number


def test_a_text_waits_and_uses_up_no_cap(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text((now() + HOUR).isoformat(), encoding="ascii")
    member = cast.member(held_by=cast.lan)
    text = text_of(cast, cast.lan, version_id=version_of(), member_id=member.member_id)
    with signed_in_as("worker"):
        with own_keeper(tmp_path / "k.sock"), monkeypatch.context() as there:
            there.setattr(settings, "KEEPER_SOCKET", tmp_path / "k.sock")
            assert asking._ask({"do": "ping"}) == {"ok": True, "numbers": False}, "it is there"
            for _ in range(5):
                with pytest.raises(KeeperAway):
                    sending.prepare(city_id=cast.city_id, now=now())
            asking.forget()
        assert rows("SELECT state FROM outreach_message WHERE id = %(i)s AND city_id = %(c)s", i=text, c=cast.city_id) == [
            ("waiting",)
        ]
        assert rows("SELECT 1 FROM vault_permit WHERE city_id = %(c)s", c=cast.city_id) == []
        assert sending.prepare(city_id=cast.city_id, now=now()).taken == 1, "it is next when time has come right"
