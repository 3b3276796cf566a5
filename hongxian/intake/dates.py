"""Reading a calendar day, or as much of it as is there, out of any cell."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from hongxian.intake import numerals, texts
from hongxian.intake.limits import Cell

SERIAL_EPOCH = dt.date(1899, 12, 30)
SERIALS = range(10_000, 73_051)  # 1927 to 2099: other numbers of five figures are no days
YEARS = range(1900, 2100)
TWO = 2  # figures of a short year
LAST_DAY = 31
MONTHS = {
    name: number
    for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}

_SEP = r"\s*[-/.,、年月\s]\s*"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}}|[0-9]{{2}}){_SEP}([0-9]{{1,2}}){_SEP}([0-9]{{1,2}})\s*[日号]?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH_ONLY = re.compile(r"([0-9]{4})\s*[-/.年\s]\s*([0-9]{1,2})\s*月?|([0-9]{2})\s*年\s*([0-9]{1,2})\s*月?")
_SERIAL = re.compile(r"[0-9]{5}")
_SIX = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_ONLY = re.compile(r"([0-9]{4})\s*年?|([0-9]{2})\s*年")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})")
_NAMED = (
    re.compile(r"(?P<day>[0-9]{1,2})[-\s/]*(?P<month>[a-z]{3,9})\.?[-\s/,]*(?P<year>[0-9]{4}|[0-9]{2})"),
    re.compile(r"(?P<month>[a-z]{3,9})\.?\s*(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[\s,]+(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})[-\s]*(?P<month>[a-z]{3,9})[-\s]*(?P<day>[0-9]{1,2})"),
)
_FIGURES = re.compile(r"([0-9]+)(?:\.[0-9]*)?")
_LONG_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_TIME = re.compile(r"(?<=[0-9日号])(?:t|\s+)[0-9]{1,2}[:时].*$")
_LUNAR = re.compile(r"农历|阴历|旧历|初[一二三四五六七八九十]|正月|腊月|冬月|闰")
_AROUND = re.compile(r"\(.*?\)|阳历|公历|新历|出生|生人|生$|^生于|星期.|周[一二三四五六日]")


@dataclass(frozen=True, slots=True)
class Reading:
    """
    The day, or only year and month, or only the year.

    `problem` is `no_such_date`, `unreadable`, `ambiguous`, `lunar` or `partial`; None where the day is certain or the cell
    says nothing.
    """

    day: dt.date | None = None
    year: int | None = None
    month: int | None = None
    problem: str | None = None


NO_SUCH_DATE = Reading(problem="no_such_date")
UNREADABLE = Reading(problem="unreadable")


@lru_cache(maxsize=4096, typed=True)
def read(*, cell: Cell, as_of: dt.date) -> Reading:
    """
    Return the day that the cell names; years of two figures are the latest that is not after `as_of`.

    Day and month in an order that cannot be known (03/05/1990) leave the year only.
    """
    match cell:
        case dt.datetime():
            return _certain(cell.year, cell.month, cell.day)
        case dt.date():
            return _certain(cell.year, cell.month, cell.day)
        case bool() | dt.time():
            return UNREADABLE
        case float() if not cell.is_integer() and YEARS.start <= cell < YEARS.stop:  # 1990.1 was typed as 1990.1 or 1990.10
            return Reading(year=int(cell), problem="partial")
    text = texts.bare(cell=cell)
    return _from_text(text, as_of) if text else Reading()


def _certain(year: int, month: int, day: int) -> Reading:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return NO_SUCH_DATE
    return Reading(found, year, month)


def _from_text(text: str, as_of: dt.date) -> Reading:
    plain = numerals.with_digits(text=_TIME.sub("", _AROUND.sub("", text)).strip())
    if _LUNAR.search(text):
        year = _LONG_YEAR.search(plain)
        return Reading(year=int(year.group()), problem="lunar") if year else UNREADABLE
    if figures := _FIGURES.fullmatch(plain):
        reading = _from_figures(figures[1], as_of)
        if reading is not None:
            return reading
    for shape, read_shape in _SHAPES:
        if found := shape.fullmatch(plain):
            return read_shape(found, as_of)
    return _with_named_month(plain, as_of)


def _from_figures(figures: str, as_of: dt.date) -> Reading | None:
    if found := _COMPACT.fullmatch(figures):
        return _certain(int(found[1]), int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(figures) and int(figures) in SERIALS:
        day = SERIAL_EPOCH + dt.timedelta(days=int(figures))
        return Reading(day, day.year, day.month)
    if found := _SIX.fullmatch(figures):
        return _six_figures(found, as_of)
    return NO_SUCH_DATE if figures.strip("0") == "" else None


def _six_figures(found: re.Match[str], as_of: dt.date) -> Reading:
    as_day = _certain(_full_year(found[1], as_of), int(found[2]), int(found[3]))
    as_month = _partial(int(found[1] + found[2]), int(found[3]))
    if found[1] not in {"19", "20"} or as_month.problem == "no_such_date":
        return as_day
    return as_month if as_day.day is None else Reading(problem="ambiguous")


def _partial(year: int, month: int) -> Reading:
    return Reading(year=year, month=month, problem="partial") if month in range(1, 13) else NO_SUCH_DATE


def _month_only(found: re.Match[str], as_of: dt.date) -> Reading:
    return _partial(_full_year(found[1] or found[3], as_of), int(found[2] or found[4]))


def _year_only(found: re.Match[str], as_of: dt.date) -> Reading:
    return Reading(year=_full_year(found[1] or found[2], as_of), problem="partial")


def _full_year(figures: str, as_of: dt.date) -> int:
    if len(figures) != TWO:
        return int(figures)
    return int(figures) + (2000 if 2000 + int(figures) <= as_of.year else 1900)


def _year_first(found: re.Match[str], as_of: dt.date) -> Reading:
    year, month, day = found[1], int(found[2]), int(found[3])
    if len(year) == TWO == len(found[3]) and "年" not in found.group():
        if day > LAST_DAY:  # 05/06/90 ends with the year
            return _either_order(int(year), month, _full_year(found[3], as_of))
        if int(year) in range(1, 13) and "/" in found.group():  # 05/06/07
            return Reading(problem="ambiguous")
    return _certain(_full_year(year, as_of), month, day)


def _year_last(found: re.Match[str], as_of: dt.date) -> Reading:
    year = _full_year(found[3], as_of)
    if len(found[3]) == TWO and int(found[3]) <= LAST_DAY:  # 6/5/03: any of the three may be the year
        return Reading(problem="ambiguous")
    return _either_order(int(found[1]), int(found[2]), year)


def _either_order(first: int, second: int, year: int) -> Reading:
    readings = {reading.day: reading for reading in (_certain(year, first, second), _certain(year, second, first)) if reading.day}
    if len(readings) == 1:
        return next(iter(readings.values()))
    return Reading(year=year, problem="ambiguous") if readings else NO_SUCH_DATE


def _with_named_month(text: str, as_of: dt.date) -> Reading:
    for pattern in _NAMED:
        found = pattern.fullmatch(text)
        if found and found["month"][:3] in MONTHS:
            return _certain(_full_year(found["year"], as_of), MONTHS[found["month"][:3]], int(found["day"]))
    return UNREADABLE


_SHAPES = ((_YEAR_FIRST, _year_first), (_MONTH_ONLY, _month_only), (_YEAR_ONLY, _year_only), (_YEAR_LAST, _year_last))
