"""The demo's outbox: batches in, the newest out, and whoever is erased is gone from among the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hongxian.outreach import outbox
from tests import cast as casting


@pytest.fixture(autouse=True)
def _empty(home: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.setattr(type(settings.HOME), "outbox", tmp_path / "outbox", raising=False)


def texts(*numbers: str) -> list[outbox.Text]:
    return [outbox.Text(number, f"to {number}", number_hash=number.encode().hex()) for number in numbers]


def test_gives_the_newest_first() -> None:
    outbox.keep(texts("1", "2"), now=casting.now())
    outbox.keep(texts("3"), now=casting.now() + timedelta(seconds=1))
    assert [each.number for each in outbox.newest()] == ["3", "2", "1"]
    assert [each.number for each in outbox.newest(2)] == ["3", "2"]


def test_keeps_little_more_than_a_hundred() -> None:
    for turn in range(8):
        outbox.keep(texts(*(str(turn * 25 + each) for each in range(25))), now=casting.now() + timedelta(seconds=turn))
    assert [int(each.number) for each in outbox.newest(1_000)] == list(range(199, 99, -1))


def test_forgets_one_of_a_batch() -> None:
    outbox.keep(texts("1", "2", "3"), now=casting.now())
    outbox.keep(texts("2"), now=casting.now() + timedelta(seconds=1))
    outbox.forget([b"2"])
    assert [each.number for each in outbox.newest()] == ["3", "1"]


def test_takes_nothing_from_an_empty_batch() -> None:
    outbox.keep([], now=casting.now())
    assert outbox.newest() == []
