"""Judging a whole file: which rows are people, which are the same person again, and who said no."""

import dataclasses
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hongxian.intake.rows import CleanRow
from hongxian.intake.terms import IncomeBand

FILLED = [
    "name",
    "sex",
    "height_cm",
    "education",
    "marital",
    "housing",
    "car",
    "city",
    "district",
    "occupation",
    "wechat",
    "source",
    "registered_on",
    "criteria",
    "remark",
    "last_result",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one row. `person` is the accepted row with its blanks filled; only accepted rows have one."""

    row: CleanRow
    result: str
    merged_into: str | None
    suppressed: bool | None
    person: CleanRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of one file; people are counted once, however many rows name them."""

    rows: int
    accepted: int
    merged: int
    refused: int
    suppressed_people: int
    contactable_people: int
    refused_why: dict[str, int]


def judge_file(*, rows: Iterable[CleanRow]) -> list[Verdict]:
    """
    Return the verdict on each row, in order.

    A row with the number of an earlier accepted row merges into it and fills its blanks. A number is suppressed when any
    row that names it says no, a refused row included.
    """
    rows = tuple(rows)
    refusing = {row.phone for row in rows if row.says_no and row.phone}
    people: dict[str, CleanRow] = {}
    for row in rows:
        if row.refused is None and row.phone is not None:
            people[row.phone] = fill_blanks(kept=people[row.phone], later=row) if row.phone in people else row
    return [_verdict(row, people, refusing) for row in rows]


def _verdict(row: CleanRow, people: dict[str, CleanRow], refusing: AbstractSet[str]) -> Verdict:
    suppressed = row.phone in refusing if row.phone else None
    if row.refused is not None or row.phone is None:
        return Verdict(row, "refused", None, suppressed, None)
    person = people[row.phone]
    if person.row_no == row.row_no:
        return Verdict(row, "accepted", None, suppressed, person)
    return Verdict(row, "merged", person.label, suppressed, None)


def fill_blanks(*, kept: CleanRow, later: CleanRow) -> CleanRow:
    """Return `kept` with what only `later` tells. Consent and refusal are not values and stay with their rows."""
    blanks = {name: getattr(later, name) for name in FILLED if getattr(kept, name) in {None, ""}}
    if kept.income_band is IncomeBand.UNKNOWN:
        blanks["income_band"] = later.income_band
    if kept.birth is None and kept.birth_year in {None, later.birth_year}:
        blanks |= {"birth": later.birth, "birth_year": later.birth_year}
    return dataclasses.replace(kept, **blanks)


def summarise(*, verdicts: Sequence[Verdict]) -> Summary:
    """Return the figures of the file: a person is contactable with consent in any row and no refusal in any."""
    results = [verdict.result for verdict in verdicts]
    consenting = {verdict.row.phone for verdict in verdicts if verdict.row.consent and verdict.result != "refused"}
    people = [verdict for verdict in verdicts if verdict.person is not None]
    reasons = [verdict.row.refused for verdict in verdicts if verdict.row.refused]
    return Summary(
        rows=len(verdicts),
        accepted=results.count("accepted"),
        merged=results.count("merged"),
        refused=results.count("refused"),
        suppressed_people=sum(bool(verdict.suppressed) for verdict in people),
        contactable_people=sum(verdict.row.phone in consenting and not verdict.suppressed for verdict in people),
        refused_why={reason: reasons.count(reason) for reason in dict.fromkeys(reasons)},
    )
