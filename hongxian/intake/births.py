"""A date of birth, and whether its owner is certainly of age."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from hongxian.intake import dates, texts
from hongxian.intake.limits import Cell

ADULT_AGE = 18
OLDEST_AGE = 120

_IDENTITY = re.compile(r"[0-9]{6}((?:19|20)[0-9]{6})[0-9]{3}[0-9x]|[0-9]{6}([0-9]{6})[0-9]{3}")
_AGE = re.compile(r"([0-9]{1,3})\s*(?:周岁|岁|years? old)")


@dataclass(frozen=True, slots=True)
class Birth:
    """`refused` is `birth`, `minor` or None; `warning` says why the day is missing or where it came from."""

    day: dt.date | None = None
    year: int | None = None
    refused: str | None = None
    warning: str | None = None


def read(*, cell: Cell, as_of: dt.date) -> Birth:
    """
    Return the birth that the cell tells; an empty cell tells none and is no reason to refuse.

    A day that does not exist, lies ahead or more than 120 years back is refused as `birth`. Where only year or month are
    known they are kept, and a person who could still be under 18 by them is refused as `minor`. Of an identity card number
    the date is taken and the number forgotten.
    """
    text = texts.bare(cell=cell)
    if identity := _IDENTITY.fullmatch(text):
        figures = identity[1] or "19" + identity[2]
        return _judged(dates.read(cell=figures, as_of=as_of), as_of, "identity_number")
    if age := _AGE.fullmatch(text):
        return Birth(refused="minor" if int(age[1]) < ADULT_AGE else None, warning="age_only")
    return _judged(dates.read(cell=cell, as_of=as_of), as_of, None)


def _judged(reading: dates.Reading, as_of: dt.date, warning: str | None) -> Birth:
    if reading.problem == "no_such_date":
        return Birth(refused="birth")
    if reading.year is None:
        return Birth(warning=reading.problem)
    earliest, latest = _span(reading)
    if earliest > as_of or as_of.year - reading.year > OLDEST_AGE:
        return Birth(refused="birth")
    refused = "minor" if age_on(birth=latest, day=as_of) < ADULT_AGE else None
    return Birth(reading.day, reading.year, refused, reading.problem or warning)


def _span(reading: dates.Reading) -> tuple[dt.date, dt.date]:
    if reading.day is not None:
        return reading.day, reading.day
    year = min(max(reading.year or 1, 1), 9998)
    first, last = (reading.month, reading.month) if reading.month else (1, 12)
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def age_on(*, birth: dt.date, day: dt.date) -> int:
    """Return the full years from `birth` to `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
