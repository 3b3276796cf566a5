"""Sums of claims over any days for reports, from the quotas: an append-only count a consultant and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hongxian.kernel.sql import Statement


@dataclass(frozen=True, slots=True)
class ClaimSums:
    """Claims of one unit in one step of time; `begins` is None where time is not broken down."""

    unit_id: int
    begins: datetime | None
    claims: int


_claims = Statement("pools", "sums_of_claims", ClaimSums)


def claims(**span: Any) -> list[ClaimSums]:
    """`span` as for outreach.summing, with days `since` and `until`. Quotas know no hours: none for those."""
    return _claims.all(**span) if span["step"] != "hour" else []
