"""Registering (登记): one person joins in a store, by the rules of an import of one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hongxian.intake import batches, cleaning, noes, outcomes, people, reasons, runs, storing
from hongxian.intake.fields import Field
from hongxian.intake.limits import Cell
from hongxian.intake.people import NamedRow
from hongxian.intake.rows import RawRow
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import Refusal
from hongxian.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from hongxian.intake.outcomes import Standing
    from hongxian.intake.people import Person
    from hongxian.intake.rows import CleanRow
    from hongxian.kernel.actor import Actor
    from hongxian.org.queries import StoreRow

WAY = "registration"


class CannotRegister(Refusal):
    """Nothing was stored; `reason` is phone, landline, birth or minor."""

    status = 422

    def __init__(self, reason: str) -> None:
        words = reasons.of_refusal(reason)
        super().__init__(words.zh)
        self.reason, self.code, self.message_en = reason, f"intake.{reason}", words.en  # type: ignore[misc] # one class, four reasons


@dataclass(frozen=True, slots=True)
class Registered:
    """Where the person's record is: made now, or known before and merged into."""

    result: str
    merged_into: str
    member_id: int | None
    suppressed: bool
    contactable: bool


def register(  # noqa: PLR0913 - what a person tells about themselves
    *,
    by: Actor,
    store: StoreRow,
    number: str,
    name: str,
    sex: str,
    birth: date | str,
    basis: str,
    basis_date: date | None,
    now: datetime,
) -> Registered:
    """
    Makes a record, or fills the blanks of the one there is. `basis` and its date are the consent, as a workbook words it.

    A number that said no stays suppressed: the person is there and in no pool. The same registration again changes nothing.

    :raises NotAllowed: the actor may not bring people in.
    :raises NotFound: the store is not theirs.
    :raises CannotRegister: no usable mobile number, no such birth date, or under 18.
    :raises vault.asking.KeeperAway: nothing was stored.
    """
    runs.require(by=by, store=store)
    cells: dict[Field, Cell] = {Field.PHONE: number, Field.NAME: name, Field.SEX: sex, Field.BIRTH: birth, Field.SOURCE: WAY}
    cells |= {Field.BASIS: basis, Field.BASIS_DATE: basis_date}
    row = read(cells=cells, now=now)
    named = NamedRow(f"R{day_of(now):%Y%m%d}", row)
    (done,) = register_all(by=by, store=store, rows=[named], way=WAY, now=now).values()
    return done


def read(*, cells: Mapping[Field, Cell], now: datetime) -> CleanRow:
    """
    One person understood as of today; asks nobody whether they are known.

    :raises CannotRegister: no usable mobile number, no such birth date, or under 18.
    """
    row = cleaning.clean(row=RawRow(row_no=1, cells=cells), as_of=day_of(now))
    if row.refused is not None or row.phone is None:
        raise CannotRegister(row.refused or "phone")
    return row


def register_all(
    *, by: Actor, store: StoreRow, rows: Sequence[NamedRow], way: str, known_only: bool = False, now: datetime
) -> dict[str, Registered]:
    """
    Does it for rows that `read` gave; what came of each number. Noes first, as in a workbook.

    `known_only`: nobody new is made, and whoever has no record in the store's city is left out.

    :raises NotAllowed: the actor may not bring people in.
    :raises NotFound: the store is not theirs.
    :raises vault.asking.KeeperAway: nothing was stored.
    """
    runs.require(by=by, store=store)
    persons, _refused = people.group(rows)
    hashes = batches.hash_all(by=by, rows=rows, clock=lambda: now)
    noes.record(by=by, noes=noes.among(rows=rows, store=store, hashes=hashes), clock=lambda: now)

    def store_them() -> list[tuple[Person, Standing]]:
        batch = storing.Batch(
            by=by,
            store=store,
            city_codes={each.city_id: each.city_code for each in org.stores()},
            people=persons,
            hashes=hashes,
            dry=False,
            refusing=frozenset(),
            now=now,
            way=way,
            known_only=known_only,
        )
        standings = batch.store_all()
        return list(zip(batch.people, standings, strict=True))

    return {person.number: _registered(person, standing) for person, standing in storing.until_alone(store_them)}


def _registered(person: Person, standing: Standing) -> Registered:
    decided = outcomes.decide(person=person, standing=standing)[0]
    return Registered(
        result=decided.result,
        merged_into=decided.merged_into,
        member_id=standing.member_id,
        suppressed=standing.suppressed,
        contactable=standing.contactable,
    )
