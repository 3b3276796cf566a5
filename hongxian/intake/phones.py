"""Finding the one mobile number in a cell and writing it the one way it is stored: +8618287366946."""

import re
from dataclasses import dataclass
from decimal import Decimal

import phonenumbers

from hongxian.intake import texts
from hongxian.intake.limits import Cell

LONGEST = 200
MOBILE_TYPES = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})

_PLAIN = re.compile(r"1[3-9][0-9]{9}")
_GAP = r"[-\s.()]{0,2}"
_COUNTRY = r"(?:(?:\+|0{1,2})?\s?(?:86[-\s.()]*){1,2}(?:\(?0\)?[-\s]?)?|0)?[-\s.()]*"
_JOINED = re.compile(rf"(?<![0-9+.]){_COUNTRY}(1[3-9][0-9]{{9}})(?![0-9])")
_GROUPED = re.compile(
    rf"(?<![0-9+.]){_COUNTRY}(1{_GAP}[3-9](?:{_GAP}[0-9]){{9}})"
    rf"(?!(?:{_GAP}[0-9]){{1,6}}(?!{_GAP}[0-9]))(?![0-9])"
)
_SCIENTIFIC = re.compile(r"([0-9])\.([0-9]+)e\+?([0-9]{1,2})")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){3,4}(?:\.0+)?")
_FOREIGN = re.compile(r"(?:\+|(?:^|(?<=[^0-9\s\-.()+]))[\s(]*00)(?!\s?\(?\s?86)\s?\(?[1-9][0-9\s\-.()]*")
_LANDLINE = re.compile(
    r"(?<![0-9])(?:"
    r"(?:(?:\+|00)?86[-\s()]*)?\(?0?(?:10|2[0-9]|[3-9][0-9]{2})\)?[-\s)]*[2-8][0-9]{2,3}[-\s]?[0-9]{4}"
    r"|[48]00[-\s]?[0-9]{3,4}[-\s]?[0-9]{3,4}|[2-8][0-9]{2,3}[-\s]?[0-9]{4})(?![0-9])"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number in E.164 form, or the reason why there is none: `phone` or `landline`."""

    number: str | None
    problem: str | None


def read(*, cell: Cell) -> Reading:
    """
    Return the first mobile number of the cell.

    Numbers from outside the mainland need + or 00 and their country code. A number that a spreadsheet has rounded
    (1.81538E+10) is none: its last digits are lost.
    """
    written = "" if isinstance(cell, bool) else texts.write_out(cell=cell)[:LONGEST]
    if _PLAIN.fullmatch(written):  # most of all
        return Reading("+86" + written, None)
    text = _digits_restored(texts.narrow(text=written))
    if _PLAIN.fullmatch(text):
        return Reading("+86" + text, None)
    foreign = _foreign_numbers(text)
    rest = _FOREIGN.sub(lambda found: "|".ljust(len(found.group())), text)
    home = [(found.start(), found.group(1)) for pattern in (_JOINED, _GROUPED) for found in pattern.finditer(rest)]
    numbers = [(place, _e164(number)) for place, number in foreign if phonenumbers.number_type(number) in MOBILE_TYPES]
    numbers += [(place, "+86" + re.sub("[^0-9]", "", digits)) for place, digits in home]
    if numbers:
        return Reading(min(numbers)[1], None)
    return Reading(None, "landline" if foreign or _LANDLINE.search(rest) else "phone")


def _digits_restored(text: str) -> str:
    text = text.strip(texts.APOSTROPHES + '" =').replace("_", "-").replace("·", "-")
    if scientific := _SCIENTIFIC.fullmatch(text):
        whole = len(scientific[2]) == int(scientific[3])
        return str(int(Decimal(text))) if whole else ""
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    return re.sub(r"(?<=[0-9]{7})\.0+$", "", text)


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _foreign_numbers(text: str) -> list[tuple[int, phonenumbers.PhoneNumber]]:
    """Find numbers with a country code; of a run of digits that holds two numbers the longest valid beginning counts."""
    numbers = []
    for run in _FOREIGN.finditer(text):
        words = run.group().split()
        beginnings = (_valid_number("".join(words[:count])) for count in range(len(words), 0, -1))
        numbers += [(run.start(), number) for number in list(filter(None, beginnings))[:1]]
    return numbers


def _valid_number(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse("+" + re.sub("[^0-9]", "", text).removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
