"""What becomes of each row, once it is known where its person's record is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN, Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hongxian.intake.people import NamedRow, Person
    from hongxian.intake.rows import CleanRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a person's record is and what may be done: new here, or known under an origin of its store."""

    new: bool
    own_store: bool
    origin: str
    resource_no: str
    member_id: int | None
    suppressed: bool
    contactable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """
    One row with its result; `person` is there for an accepted row only: the row with its blanks filled by later ones.

    `kept_cell` is the first cell of the row of this file that it merges into, where that row is in this file.
    """

    named: NamedRow
    result: str
    merged_into: str = ""
    kept_cell: str = ""
    member_id: int | None = None
    suppressed: bool | None = None
    person: CleanRow | None = None

    @property
    def reason(self) -> str:
        """Why the row was refused; empty where it was not."""
        return (self.named.row.refused or "phone") if self.result == "refused" else ""


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row as the file's owner is told of it: by its first cell, with the person's values where it was accepted. Never stored."""

    row: Annotated[str, Label("resource_no")]
    result: Annotated[str, PLAIN]
    merged_into: Annotated[str | None, Label("resource_no")]
    reason: Annotated[str | None, PLAIN]
    name: Annotated[str | None, Label("name")]
    birth: Annotated[date | None, Label("birth")]
    height_cm: Annotated[int | None, Label("height")]
    consent: Annotated[bool | None, Label("consent_state")]
    suppressed: Annotated[bool | None, Label("consent_state")]


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run; people are counted once, however many rows name them."""

    rows: int
    accepted: int
    merged: int
    refused: int
    suppressed_people: int
    contactable_people: int
    refused_why: dict[str, int]


def decide(*, person: Person, standing: Standing) -> list[Decided]:
    """
    The results of a person's rows, in their order.

    New: the first row is accepted, the others merge into it. Known: the row that the record came from is accepted again,
    all others merge into it.
    """
    into = (standing.origin if standing.own_store else standing.resource_no) or person.rows[0].origin
    candidates = (place for place, named in enumerate(person.rows) if named.origin == into)
    kept = 0 if standing.new else next(candidates, None) if standing.own_store else None
    kept_cell = "" if kept is None else person.rows[kept].first_cell
    return [
        Decided(
            named=named,
            kept_cell=kept_cell,
            result="accepted" if place == kept else "merged",
            merged_into="" if place == kept else into,
            member_id=standing.member_id,
            suppressed=standing.suppressed,
            person=person.filled if place == kept else None,
        )
        for place, named in enumerate(person.rows)
    ]


def told(decided: Decided) -> RowReport:
    """A row for the report of whoever brought the file."""
    person = decided.person
    return RowReport(
        row=decided.named.first_cell or decided.named.origin,
        result=decided.result,
        merged_into=(decided.kept_cell or decided.merged_into) if decided.result == "merged" else None,
        reason=decided.reason or None,
        name=person.name if person else None,
        birth=person.birth if person else None,
        height_cm=person.height_cm if person else None,
        consent=None if decided.result == "refused" else decided.named.row.consent,
        suppressed=decided.suppressed,
    )


def summarise(*, decided: Iterable[Decided], standings: Iterable[Standing]) -> Summary:
    """The figures of a whole file."""
    rows = list(decided)
    results = Counter(each.result for each in rows)
    people = list(standings)
    return Summary(
        rows=len(rows),
        accepted=results["accepted"],
        merged=results["merged"],
        refused=results["refused"],
        suppressed_people=sum(each.suppressed for each in people),
        contactable_people=sum(each.contactable for each in people),
        refused_why=dict(Counter(each.reason for each in rows if each.reason)),
    )
