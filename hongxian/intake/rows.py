"""A row on its way in: as it stands in the sheet, and as it is understood."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from hongxian.intake.fields import Field
from hongxian.intake.limits import Cell
from hongxian.intake.terms import Car, Education, Housing, IncomeBand, Marital, Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """The cells of one row under their fields. `id_cell` names the row in reports; `row_no` counts from 1."""

    row_no: int
    cells: Mapping[Field, Cell]
    headings: Mapping[Field, str] = field(default_factory=dict)
    id_cell: Cell = None


@dataclass(frozen=True, slots=True)
class CellWarning:
    """Something in a cell was not taken over as it stood. Never holds the cell's content."""

    field: Field
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanRow:
    """
    One row understood; None or empty where the row says nothing or nothing understandable.

    `refused` is the first reason that applies: phone, landline, minor, birth. A refused row still tells the number, where
    there is one, and whether the person said no.
    """

    label: str
    row_no: int
    phone: str | None
    refused: str | None
    name: str = ""
    sex: Sex | None = None
    birth: dt.date | None = None
    birth_year: int | None = None
    height_cm: int | None = None
    education: Education | None = None
    income_band: IncomeBand = IncomeBand.UNKNOWN
    marital: Marital | None = None
    housing: Housing | None = None
    car: Car | None = None
    city: str = ""
    district: str = ""
    occupation: str = ""
    wechat: str = ""
    source: str = ""
    consent: bool = False
    consent_given_on: dt.date | None = None
    basis: str = ""
    registered_on: dt.date | None = None
    criteria: str = ""
    remark: str = ""
    last_result: str = ""
    intends: bool = False
    says_no: bool = False
    warnings: tuple[CellWarning, ...] = ()
