"""Filters of a pool: coarse facets only, each as a range so that the wide index tests it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hongxian.pools import ranking

SEXES = ("female", "male", "")
LAST_TEXT = chr(0x10FFFF)
LAST_NUMBER = 32_767


@dataclass(frozen=True, slots=True)
class Filters:
    """
    What to look for; None is anything. Education and income band are places in their order (members/facets.py), "at least";
    a member whose value is unknown passes only where nothing is asked.
    """

    sex: str | None = None
    born_from: int | None = None
    born_to: int | None = None
    height_from: int | None = None
    height_to: int | None = None
    education_from: int | None = None
    income_from: int | None = None
    marital: int | None = None
    district: str | None = None
    grade: str | None = None

    def parameters(self) -> dict[str, Any]:
        """The bounds for a statement that includes pools/within_filters."""
        asks_birth = self.born_from is not None or self.born_to is not None
        asks_height = self.height_from is not None or self.height_to is not None
        worst = LAST_NUMBER if self.grade is None else ranking.GRADES.index(self.grade)
        return {
            "sexes": list(SEXES) if self.sex is None else [self.sex],
            "born_from": self.born_from or int(asks_birth),
            "born_to": self.born_to or LAST_NUMBER,
            "height_from": self.height_from or int(asks_height),
            "height_to": self.height_to or LAST_NUMBER,
            "education_from": self.education_from or 0,
            "income_from": self.income_from or 0,
            "marital_from": self.marital or 0,
            "marital_to": self.marital or LAST_NUMBER,
            "district_from": self.district or "",
            "district_to": self.district or LAST_TEXT,
            "best_rank": 0 if self.grade is None else worst << ranking.GRADE_BITS,
            "worst_rank": ((worst + 1) << ranking.GRADE_BITS) - 1,
        }


EVERYBODY = Filters()
