"""The addresses of the live board and the digest for test_urls.py: who gets which answer."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from tests import cast as casting

if TYPE_CHECKING:
    from tests.cast import Cast, Someone

#         no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
BOARD = "302  302  403  403  403  403  200  200  403  200  200  403  403  403  403"
DIGEST = "302  302  403  403  403  403  403  200  403  200  200  403  403  403  403"
ADD = "302  302  403  403  403  403  403  422  403  422  404  403  403  403  403"
TURN = "302  302  403  403  403  403  403  422  403  404  404  403  403  403  403"
TABLE = {
    ("desk/board/", "GET"): BOARD,
    ("desk/board/live/", "GET"): BOARD,
    ("desk/board/wall/", "POST"): BOARD.replace("200", "303"),
    ("desk/digest/", "GET"): DIGEST,
    ("desk/digest/", "POST"): ADD,
    ("desk/digest/<int:channel_id>/turn/", "POST"): TURN,
}
FOREIGN = {("desk/digest/<int:channel_id>/turn/", "POST"): "zheng"}
COMPLETE = {"turn/": {"why": "x", "active": "0"}}


def plant(cast: Cast, member: Someone) -> dict[str, int]:
    """A channel of store East's."""
    return {"channel_id": _channel(cast, "zheng")}


def others(cast: Cast, elsewhere: Cast, who: str) -> list[dict[str, int]]:
    """Nobody's, another store's, another city's."""
    found = [2**53, _channel(cast, "xu"), _channel(elsewhere, "wu"), 2**40, 2**41]
    return [{"channel_id": number} for number in found]


def _channel(cast: Cast, who: str) -> int:
    return casting.insert(  # type: ignore[no-any-return] # a number
        "reports_channel",
        city_id=cast.city_id,
        store_id=cast.west if who in {"xu", "wu"} else cast.east,
        team_id=0,
        kind="wecom",
        fingerprint=secrets.token_bytes(32),
        hint="5aaa",
        sealed=b"x",
        active=True,
        since=casting.now(),
        staff_id=cast.people[who].staff_id,
    )
