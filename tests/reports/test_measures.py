"""The shares beside a report's counts."""

from __future__ import annotations

import pytest

from hongxian.reports.measures import BY_CODE, Counts


@pytest.mark.parametrize(
    ("code", "share"),
    [("connects", "25.0%"), ("arrived", "75.0%"), ("no_show", "25.0%"), ("noes", "2.0/100"), ("calls", ""), ("delivered", "–")],
)
def test_shares_are_of_what_they_are_a_part_of(code: str, share: str) -> None:
    """Who came and who did not are all of those awaited, whenever they booked: no share is more than the whole."""
    counts = Counts(calls=100, connects=25, booked=2, arrived=6, no_show=2, refusals=2)
    assert BY_CODE[code].share(counts) == share
