"""A big city is planted once in a home, and its tables have all their indexes and keys again afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import _plant
from tests.owner import owner, rows

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("home")


def made() -> list[tuple[str, ...]]:
    """Indexes and keys of the two tables, as they are written."""
    return rows(
        "SELECT indexdef FROM pg_indexes WHERE tablename IN ('members_member', 'pools_entry') UNION ALL"
        " SELECT conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint"
        "  WHERE conrelid IN ('members_member'::regclass, 'pools_entry'::regclass) ORDER BY 1"
    )


def test_indexes_and_keys_come_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from django.conf import settings

    before = made()
    monkeypatch.setattr(_plant, "BIG", 50)
    monkeypatch.setattr(settings, "HOME", type(settings.HOME)(tmp_path))
    place = _plant.fill(owner(), rows=60)
    assert made() == before
    assert rows("SELECT count(*) FROM pools_entry WHERE city_id = %(c)s", c=place.city_id) == [(60,)]
    assert _plant.fill(owner(), rows=60) == place
    assert _plant.fill(owner(), rows=49).city_id != place.city_id
