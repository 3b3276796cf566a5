"""Cleaning (清洗): one row of a sheet becomes values that can be trusted, or nothing where it cannot be understood."""

import datetime as dt
from dataclasses import dataclass, field
from typing import TypeVar

from hongxian.intake import answers, births, dates, heights, incomes, phones, terms, texts
from hongxian.intake.fields import MAX_LENGTH, Field
from hongxian.intake.limits import Cell
from hongxian.intake.rows import CellWarning, CleanRow, RawRow
from hongxian.intake.terms import Car, Education, Housing, IncomeBand, Marital, Sex, Term

MULTILINE = frozenset({Field.CRITERIA, Field.REMARK, Field.LAST_RESULT})
SPREADSHEET_ERRORS = frozenset(
    ["-", "--", "/", "\\", "#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!", "n/a", "null", "none", "nan"]
)

T = TypeVar("T", bound=Term)


def clean(*, row: RawRow, as_of: dt.date) -> CleanRow:
    """
    Understand one row as of a day. Never fails on what a cell holds.

    A value that cannot be understood is left out with a warning; none is guessed. The row is refused for the first of:
    no usable number, a landline, a birth that cannot be, a person who may be under age.
    """
    return _Reader(row, as_of).clean_row()


def forget() -> None:
    """What cells were understood as is kept, for most are in a file many times; it goes with the file."""
    for kept in (terms.meant, dates.read, heights.read, answers.gave_basis, answers.is_known_basis):
        kept.cache_clear()


@dataclass(slots=True)
class _Reader:
    row: RawRow
    as_of: dt.date
    warnings: list[CellWarning] = field(default_factory=list)

    def clean_row(self) -> CleanRow:
        phone = phones.read(cell=self._cell(Field.PHONE))
        birth = births.read(cell=self._cell(Field.BIRTH), as_of=self.as_of)
        self._warn(Field.BIRTH, birth.warning)
        marital = self._term(Field.MARITAL, Marital)
        basis, last_result = self._text(Field.BASIS), self._text(Field.LAST_RESULT)
        given_on = self._day(Field.BASIS_DATE)
        return CleanRow(
            label=self._label(),
            row_no=self.row.row_no,
            phone=phone.number,
            refused=phone.problem or birth.refused,
            name=self._text(Field.NAME),
            sex=self._term(Field.SEX, Sex),
            birth=birth.day,
            birth_year=birth.year,
            height_cm=self._height(),
            education=self._term(Field.EDUCATION, Education),
            income_band=self._income(),
            marital=marital,
            housing=self._term(Field.HOUSING, Housing),
            car=self._term(Field.CAR, Car),
            city=self._city(),
            district=self._text(Field.DISTRICT),
            occupation=self._text(Field.OCCUPATION),
            wechat=self._text(Field.WECHAT),
            source=self._text(Field.SOURCE),
            consent=self._consents(basis, given_on),
            consent_given_on=given_on,
            basis=basis,
            registered_on=self._day(Field.REGISTERED_ON),
            criteria=self._text(Field.CRITERIA),
            remark=self._remark(),
            last_result=last_result,
            intends=answers.intends(last_result=last_result),
            says_no=answers.says_no(last_result=last_result, marital=marital),
            warnings=tuple(self.warnings),
        )

    def _cell(self, name: Field) -> Cell:
        return self.row.cells.get(name)

    def _warn(self, name: Field, reason: str | None) -> None:
        if reason is not None:
            self.warnings.append(CellWarning(name, reason))

    def _text(self, name: Field) -> str:
        if self._cell(name) is None:
            return ""
        text = texts.tidy(text=texts.write_out(cell=self._cell(name)))
        if name not in MULTILINE:
            text = text.replace("\n", " ")
        if text.lower() in SPREADSHEET_ERRORS:
            return ""
        if len(text) > MAX_LENGTH[name]:
            self._warn(name, "too_long")
        return text[: MAX_LENGTH[name]].rstrip()

    def _label(self) -> str:
        text = texts.tidy(text=texts.write_out(cell=self.row.id_cell)).replace("\n", " ")
        return text[: MAX_LENGTH[Field.LABEL]] or str(self.row.row_no)

    def _term(self, name: Field, kind: type[T]) -> T | None:
        cell = self._cell(name)
        term = terms.read(cell=cell, terms=kind)
        if term is None and texts.bare(cell=cell):
            self._warn(name, "unreadable")
        return term

    def _day(self, name: Field) -> dt.date | None:
        reading = dates.read(cell=self._cell(name), as_of=self.as_of)
        self._warn(name, reading.problem)
        return reading.day

    def _height(self) -> int | None:
        reading = heights.read(cell=self._cell(Field.HEIGHT))
        self._warn(Field.HEIGHT, reading.warning)
        return reading.centimetres

    def _income(self) -> IncomeBand:
        reading = incomes.read(cell=self._cell(Field.INCOME), heading=self.row.headings.get(Field.INCOME, ""))
        self._warn(Field.INCOME, reading.warning)
        return reading.band

    def _city(self) -> str:
        city = self._text(Field.CITY)
        return city.removesuffix("市") if len(city) > len("沙市") else city

    def _remark(self) -> str:
        remark = self._text(Field.REMARK)
        self._warn(Field.REMARK, "mentions_refusal" if answers.mentions_no(text=remark) else None)
        return remark

    def _consents(self, basis: str, given_on: dt.date | None) -> bool:
        if not answers.gave_basis(basis=basis):
            self._warn(Field.BASIS, "unreadable" if basis and not answers.is_known_basis(basis=basis) else None)
            return False
        if given_on is None or given_on > self.as_of:
            self._warn(Field.BASIS_DATE, "missing" if given_on is None else "in_the_future")
            return False
        return answers.is_fresh(given_on=given_on, as_of=self.as_of)
