"""What the statements of the pools promise as text."""

from __future__ import annotations

import pytest

from hongxian.kernel.sql import text_of

# psycopg keeps its reading of a statement up to this length; a longer one is read anew at every use.
LONGEST_KEPT = 4096


@pytest.mark.parametrize("name", ["claim_next", "claim_chosen", "release", "recycle", "pool_page", "reassign"])
def test_what_runs_all_day_is_short_enough_to_be_remembered(name: str) -> None:
    assert len(text_of("pools", name)) <= LONGEST_KEPT


def test_no_room_is_no_limit_of_none() -> None:
    """LIMIT NULL would hand out the whole pool."""
    for name in ("claim_next", "claim_filtered", "claim_chosen"):
        text = text_of("pools", name)
        assert text.count("LIMIT coalesce((SELECT spot.room FROM spot), 0)") == text.count("spot.room FROM spot") >= 1
