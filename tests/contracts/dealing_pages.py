"""The addresses of dealing, rota, reshuffle and tiers, for test_urls.py: who gets which answer."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of
from tests.owner import now, rows

if TYPE_CHECKING:
    from tests.cast import Cast, Person, Someone

DECIDE = "desk/tiers/<int:review_id>/decide/"

#                                    no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
TABLE = {
    ("desk/dealing/", "GET"):       "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/dealing/undo/", "POST"): "302  302  403  403  403  403  403  422  403  422  403  403  403  403  403",
    ("desk/rota/", "GET"):          "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/rota/", "POST"):         "302  302  403  403  403  403  403  422  403  422  403  403  403  403  403",
    ("desk/here/", "POST"):         "302  302  302  403  303  303  403  403  303  403  403  403  403  403  403",
    ("desk/reshuffle/", "GET"):     "302  302  403  403  403  403  403  403  403  403  200  403  403  403  403",
    ("desk/reshuffle/", "POST"):    "302  302  403  403  403  403  403  403  403  403  422  403  403  403  403",
    ("desk/tiers/", "GET"):         "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    (DECIDE, "POST"):               "302  302  403  403  403  403  403  422  403  404  403  403  403  403  403",
}  # fmt: skip
FOREIGN = {(DECIDE, "POST"): "zheng"}
COMPLETE = {"decide/": {"tier": "X", "why": "x"}}


# No two reviews of somebody are of one month; pages show those of the last months.
FIRST, _days = day_of(now()).replace(day=1), count()


def review_of(cast: Cast, who: Person, *, store_id: int | None = None) -> int:
    """A review that is to be decided."""
    return int(
        rows(
            "INSERT INTO tiers_review (city_id, month, store_id, staff_id, tier_before, tier_proposed, reason, score, calls, connects, interested,"
            " arrived, contracts, refusals, complaints, proposed_at) VALUES (%(c)s, %(m)s, %(s)s, %(w)s,"
            " 'X', 'X', 'steady', 10, 400, 100, 9, 3, 1, 4, 0, now()) RETURNING id",
            c=cast.city_id,
            m=FIRST + timedelta(days=next(_days)),
            s=store_id or cast.east,
            w=who.staff_id,
        )[0][0]
    )


def plant(cast: Cast, member: Someone) -> dict[str, int]:
    """A review of 兰."""
    return {"review_id": review_of(cast, cast.lan)}


def others(cast: Cast, elsewhere: Cast, who: str) -> list[dict[str, int]]:
    """Nobody's, another store's, another city's, too large."""
    reviews = (2**53, review_of(cast, cast.wu, store_id=cast.west), review_of(elsewhere, elsewhere.mei))
    return [{"review_id": each} for each in (*reviews, review_of(elsewhere, elsewhere.lan), 2**80)]
