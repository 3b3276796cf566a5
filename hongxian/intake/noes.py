"""The noes of a workbook: suppressed before anybody is stored, also those of rows that are refused."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.audit import recording
from hongxian.consent import suppressing
from hongxian.intake.terms import Marital
from hongxian.members import joining
from hongxian.pools import removing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from hongxian.intake.people import NamedRow
    from hongxian.kernel.actor import Actor
    from hongxian.org.queries import StoreRow

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class No:
    """A number that a row says no for."""

    hashes: tuple[bytes, ...]
    origin: str
    reason: str


def among(*, rows: Sequence[NamedRow], store: StoreRow, hashes: Mapping[str, list[bytes]]) -> list[No]:
    """The noes of these rows; the origin makes each of them count once, however often its file is brought."""
    return [
        No(
            tuple(hashes[named.row.phone]),
            suppressing.origin_in_workbook(store_code=store.code, label=named.origin, number_hashes=hashes[named.row.phone]),
            "married" if named.row.marital is Marital.MARRIED else "refused",
        )
        for named in rows
        if named.row.says_no and named.row.phone
    ]


def record(*, by: Actor, noes: Sequence[No], clock: Callable[[], datetime]) -> None:
    """Suppresses the numbers and takes those who are known out of pools and hands; some hundreds a transaction."""
    for start in range(0, len(noes), AT_ONCE):
        with transaction.atomic():
            _record(by=by, noes=noes[start : start + AT_ONCE], now=clock())


def _record(*, by: Actor, noes: Sequence[No], now: datetime) -> None:
    """Locks numbers first, then members in order; what is not new is left as it is, so that a lifting holds."""
    suppressing.lock_numbers([each for no in noes for each in no.hashes])
    new = suppressing.suppress_all(
        noes=[(each, no.origin, no.reason) for no in noes for each in no.hashes],
        now=now,
        staff_id=by.staff_id,
        store_id=by.store_id,
    )
    if not new:
        return
    members: dict[int, dict[int, str]] = defaultdict(dict)
    for number_hash, (city_id, member_id) in joining.numbers_of(list(new)).items():
        members[city_id][member_id] = new[number_hash]
    for city_id, reasons in sorted(members.items()):
        joining.lock_all(city_id=city_id, member_ids=list(reasons))
        joining.mark_all_suppressed(city_id=city_id, member_ids=list(reasons), now=now)
        for member_id, reason in sorted(reasons.items()):
            removing.remove(by=by, city_id=city_id, member_id=member_id, reason=reason, now=now)
        _trace(by=by, city_id=city_id, member_ids=sorted(reasons), now=now)
    if not members:
        _trace(by=by, city_id=by.city_id, member_ids=[], now=now)


def _trace(*, by: Actor, city_id: int, member_ids: list[int], now: datetime) -> None:
    recording.record(
        by=by,
        action="outreach.refuse",
        purpose="suppression",
        city_id=city_id,
        member_ids=member_ids,
        fields=["number_hash"],
        reason="import",
        now=now,
    )
