"""
The parts of test_urls.py's table: a module for each, named here, so that a new address makes no long file longer.

Each has TABLE, FOREIGN and COMPLETE as test_urls.py explains them; where ids must be there, `plant(cast, member)` gives
them, and `others(cast, elsewhere, who)` gives five times ids that this person must not find.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.contracts import (
    board_pages,
    call_pages,
    dealing_pages,
    office_pages,
    partner_pages,
    privacy_office,
    report_pages,
    sign_in_pages,
    texting_pages,
    visit_pages,
)

if TYPE_CHECKING:
    from tests.cast import Cast, Someone

PARTS: tuple[Any, ...] = (
    office_pages,
    board_pages,
    dealing_pages,
    partner_pages,
    report_pages,
    sign_in_pages,
    visit_pages,
)
OLDER: tuple[Any, ...] = (privacy_office, texting_pages, call_pages)  # test_urls.py asks them for ids itself
TABLE: dict[tuple[str, str], str] = {}
FOREIGN: dict[tuple[str, str], str] = {}
COMPLETE: dict[str, dict[str, Any]] = {}
for part in (*OLDER, *PARTS):
    TABLE |= part.TABLE
    FOREIGN |= getattr(part, "FOREIGN", {})
    COMPLETE |= getattr(part, "COMPLETE", {})


def plant(cast: Cast, member: Someone) -> dict[str, int]:
    """What the addresses name, as it is found by who may find it."""
    found: dict[str, int] = {}
    for part in PARTS:
        if hasattr(part, "plant"):
            found |= part.plant(cast, member)
    return found


def others(cast: Cast, elsewhere: Cast, who: str) -> list[dict[str, int]]:
    """What somebody must not find, five times."""
    found: list[dict[str, int]] = [{} for _ in range(5)]
    for part in PARTS:
        if hasattr(part, "others"):
            found = [each | more for each, more in zip(found, part.others(cast, elsewhere, who), strict=True)]
    return found
