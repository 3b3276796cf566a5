"""The rows of a run, batch by batch: each batch with its report lines in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from hongxian.consent import suppressing
from hongxian.intake import outcomes, people, runs, storing
from hongxian.intake.outcomes import Decided, Standing
from hongxian.intake.people import NamedRow, Person
from hongxian.kernel.copying import Copy
from hongxian.org import queries as org
from hongxian.vault import asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from hongxian.intake.runs import RunRef
    from hongxian.kernel.actor import Actor
    from hongxian.org.queries import StoreRow

AT_ONCE = 1_000

_lines = Copy(
    "intake_line",
    {
        "city_id": "int4",
        "run_id": "int8",
        "row_no": "int4",
        "label": "text",
        "result": "text",
        "reason": "text",
        "merged_into": "text",
        "member_id": "int8",
        "consent": "bool",
        "suppressed": "bool",
        "warnings": "jsonb",
    },
)


def hash_all(*, by: Actor, rows: Sequence[NamedRow], clock: Callable[[], datetime]) -> dict[str, list[bytes]]:
    """
    The keyed hashes of every number in the file; outside any transaction.

    :raises vault.asking.KeeperAway: nothing is stored without the keeper.
    """
    found: dict[str, list[bytes]] = {}
    numbers = list(dict.fromkeys(named.row.phone for named in rows if named.row.phone))
    for start in range(0, len(numbers), asking.LARGEST_BATCH):
        some = numbers[start : start + asking.LARGEST_BATCH]
        found |= zip(some, asking.hash_numbers(by=by, numbers=some, purpose="intake", now=clock()), strict=True)
    return found


@dataclass(slots=True, kw_only=True)
class Batches:
    """All rows of one run, on their way into the database or, in a dry run, past it."""

    by: Actor
    store: StoreRow
    run: RunRef
    dry: bool
    hashes: dict[str, list[bytes]]
    refusing: frozenset[str]
    clock: Callable[[], datetime]
    decided: list[Decided] = field(default_factory=list, init=False)
    standings: list[Standing] = field(default_factory=list, init=False)

    def do_all(self, rows: Sequence[NamedRow], progress: Callable[[int, int], None]) -> None:
        """Decides and stores every row; what came of them is in `decided` and `standings` afterwards."""
        city_codes = {store.city_id: store.city_code for store in org.stores()}
        for some, refused in split(rows):
            decided, standings = storing.until_alone(partial(self._do, some, refused, city_codes))
            self.decided += decided
            self.standings += standings
            progress(len(self.decided), len(rows))

    def _do(
        self, some: list[Person], refused: list[NamedRow], city_codes: dict[int, str]
    ) -> tuple[list[Decided], list[Standing]]:
        batch = storing.Batch(
            by=self.by,
            store=self.store,
            city_codes=city_codes,
            people=some,
            hashes=self.hashes,
            dry=self.dry,
            refusing=self.refusing,
            now=self.clock(),
        )
        standings = batch.store_all()
        decided = [
            each
            for person, standing in zip(some, standings, strict=True)
            for each in outcomes.decide(person=person, standing=standing)
        ]
        decided += self._refused(refused)
        _lines.run(self._line(each) for each in decided)
        runs.advance(run=self.run, rows=len(decided))
        return decided, standings

    def _refused(self, rows: list[NamedRow]) -> list[Decided]:
        wanted = [each for named in rows if named.row.phone for each in self.hashes[named.row.phone]]
        known = suppressing.suppressed(wanted) if wanted else {}
        return [
            Decided(
                named=named,
                result="refused",
                suppressed=None
                if named.row.phone is None
                else named.row.phone in self.refusing or any(each in known for each in self.hashes[named.row.phone]),
            )
            for named in rows
        ]

    def _line(self, each: Decided) -> tuple[object, ...]:
        row = each.named.row
        return (
            self.run.city_id,
            self.run.run_id,
            row.row_no,
            each.named.origin,
            each.result,
            each.reason,
            each.merged_into,
            each.member_id,
            row.consent,
            bool(each.suppressed),
            [[warning.field.value, warning.reason] for warning in row.warnings],
        )


def split(rows: Sequence[NamedRow]) -> Iterator[tuple[list[Person], list[NamedRow]]]:
    """Batches of about a thousand rows, all rows of a person in one, in the order of the file."""
    all_people, all_refused = people.group(rows)
    units: list[Person | NamedRow] = sorted([*all_people, *all_refused], key=_first_row)
    some: list[Person] = []
    refused: list[NamedRow] = []
    count = 0
    for unit in units:
        if isinstance(unit, Person):
            some.append(unit)
            count += len(unit.rows)
        else:
            refused.append(unit)
            count += 1
        if count >= AT_ONCE:
            yield some, refused
            some, refused, count = [], [], 0
    if some or refused:
        yield some, refused


def _first_row(unit: Person | NamedRow) -> int:
    return unit.rows[0].row.row_no if isinstance(unit, Person) else unit.row.row_no
