"""Registering (登记): one person joins in a store, by the rules of an import of one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hongxian.intake import batches, cleaning, outcomes, people, reasons, runs, storing
from hongxian.intake.fields import Field
from hongxian.intake.limits import Cell
from hongxian.intake.rows import RawRow
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import Refusal
from hongxian.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.intake.outcomes import Standing
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
    today = day_of(now)
    cells: dict[Field, Cell] = {Field.PHONE: number, Field.NAME: name, Field.SEX: sex, Field.BIRTH: birth, Field.SOURCE: WAY}
    cells |= {Field.BASIS: basis, Field.BASIS_DATE: basis_date}
    row = cleaning.clean(row=RawRow(row_no=1, cells=cells), as_of=today)
    if row.refused is not None or row.phone is None:
        raise CannotRegister(row.refused or "phone")
    named = people.NamedRow(f"R{today:%Y%m%d}", row)
    (person,), _none = people.group([named])
    hashes = batches.hash_all(by=by, rows=[named], clock=lambda: now)

    def store_one() -> Standing:
        batch = storing.Batch(
            by=by,
            store=store,
            city_codes={each.city_id: each.city_code for each in org.stores()},
            people=[person],
            hashes=hashes,
            dry=False,
            refusing=frozenset(),
            now=now,
            way=WAY,
        )
        return batch.store_all()[0]

    standing = storing.until_alone(store_one)
    (decided,) = outcomes.decide(person=person, standing=standing)
    return Registered(
        result=decided.result,
        merged_into=decided.merged_into,
        member_id=standing.member_id,
        suppressed=standing.suppressed,
        contactable=standing.contactable,
    )
