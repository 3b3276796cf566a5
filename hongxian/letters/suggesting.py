"""
A preference card suggested from whom a member viewed: buckets in which ten or more different people stand, nothing finer.

No counts, no order by frequency, no bucket of fewer: whoever reads the card can tell of nobody whether they are behind it.
Those who opted out are left out before anything is counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from hongxian.members.facets import codes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

LEAST = 10
Value = TypeVar("Value", int, str)


@dataclass(frozen=True, slots=True)
class Glance:
    """One look at somebody, as it is kept."""

    other_ref: bytes
    at: datetime
    birth_from: int | None
    height_from: int | None
    education: str
    district: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """
    The buckets that may be shown, each in its own order. `enough` says whether ten different people are left at all.

    Enough people and no bucket: they differ too much.
    """

    enough: bool
    birth_years: tuple[int, ...] = ()
    heights: tuple[int, ...] = ()
    educations: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing may be suggested."""
        return not (self.birth_years or self.heights or self.educations or self.districts)


def suggest(glances: Iterable[Glance], left_out: Collection[bytes]) -> Suggestion:
    """Counts people, not looks: of somebody who was looked at often the newest look counts."""
    gone = frozenset(left_out)
    people: dict[bytes, Glance] = {}
    for glance in sorted(glances, key=lambda each: each.at):
        if glance.other_ref not in gone:
            people[glance.other_ref] = glance
    if len(people) < LEAST:
        return Suggestion(enough=False)
    known = people.values()
    levels = codes_of("education")
    return Suggestion(
        enough=True,
        birth_years=tuple(sorted(_common(each.birth_from for each in known))),
        heights=tuple(sorted(_common(each.height_from for each in known))),
        educations=tuple(sorted(_common(each.education for each in known if each.education in levels), key=levels.index)),
        districts=tuple(sorted(_common(each.district for each in known))),
    )


def _common(values: Iterable[Value | None]) -> list[Value]:
    """Those that ten or more people share; what is not known is shared by nobody."""
    return [value for value, people in Counter(each for each in values if each).items() if people >= LEAST]
