"""
The order of a pool: one bigint, smaller is better. Grade first, then freshness.

grade (0 for A … 4 for E) << 40 | seconds from the freshness to a far day, so that what is fresher comes first.
"""

from __future__ import annotations

from datetime import UTC, datetime

GRADES = "ABCDE"
GRADE_BITS = 40
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def rank_of(*, grade: str, fresh_at: datetime) -> int:
    """The place of a member of this grade who was fresh then; freshness counts to the second, within 1970 to 2100."""
    seconds = int((FAR - fresh_at).total_seconds())
    return GRADES.index(grade) << GRADE_BITS | max(0, min(seconds, (1 << GRADE_BITS) - 1))


def rank_floor(best_grade: str) -> int:
    """Where the pool begins for who may take this grade at best."""
    return GRADES.index(best_grade) << GRADE_BITS


def grade_of(rank: int) -> str:
    """The grade packed into a rank."""
    return GRADES[rank >> GRADE_BITS]
