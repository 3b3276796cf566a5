"""The preference card: what the member would like, in coarse buckets and, if they want, a line of their own words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import Label
from hongxian.letters.blotting import blot
from hongxian.members.facets import codes_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

CARD = Label("preference_card")
BUCKET = 5
YOUNGEST, OLDEST = 18, 75
HEIGHTS = tuple(range(145, 200, BUCKET))
LONGEST_WORDS, LONGEST_DISTRICT, MOST_DISTRICTS = 300, 20, 10


@dataclass(frozen=True, slots=True)
class Card:
    """Each bucket by its first value; everything may be empty, but not all of it."""

    birth_years: Annotated[tuple[int, ...], CARD] = ()
    heights: Annotated[tuple[int, ...], CARD] = ()
    educations: Annotated[tuple[str, ...], CARD] = ()
    districts: Annotated[tuple[str, ...], CARD] = ()
    words: Annotated[str, CARD] = ""

    @property
    def is_empty(self) -> bool:
        """Nothing to push."""
        return not (self.birth_years or self.heights or self.educations or self.districts or self.words)


def birth_buckets(today: date) -> tuple[int, ...]:
    """Every bucket of birth years that a grown-up may have, the youngest first."""
    youngest = (today.year - YOUNGEST) // BUCKET * BUCKET
    return tuple(range(youngest, today.year - OLDEST - BUCKET, -BUCKET))


def make(
    *,
    birth_years: Iterable[int],
    heights: Iterable[int],
    educations: Iterable[str],
    districts: Iterable[str],
    words: str,
    today: date,
) -> Card:
    """A card of what was ticked: what is no bucket falls away; contact data in words is covered."""
    levels = codes_of("education")
    named = sorted({blot(each.strip())[:LONGEST_DISTRICT] for each in districts if each.strip()})
    return Card(
        birth_years=tuple(sorted(set(birth_years) & set(birth_buckets(today)))),
        heights=tuple(sorted(set(heights) & set(HEIGHTS))),
        educations=tuple(sorted(set(educations) & set(levels), key=levels.index)),
        districts=tuple(named[:MOST_DISTRICTS]),
        words=blot(words.strip()[:LONGEST_WORDS]),
    )


def written(card: Card) -> str:
    """As it is sealed."""
    return json.dumps(asdict(card), ensure_ascii=False)


def read(text: str) -> Card:
    """What was written."""
    raw = json.loads(text)
    return Card(
        birth_years=tuple(int(each) for each in raw["birth_years"]),
        heights=tuple(int(each) for each in raw["heights"]),
        educations=tuple(str(each) for each in raw["educations"]),
        districts=tuple(str(each) for each in raw["districts"]),
        words=str(raw["words"]),
    )
