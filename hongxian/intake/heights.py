"""Heights in whole centimetres."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from hongxian.intake import numerals, texts
from hongxian.intake.limits import Cell

PLAUSIBLE_CM = range(100, 251)

_LABEL = re.compile(r"^(?:净|裸)?身?高?[::]?(?:约|大约|大概|差不多|将近|近)?")
_APPROXIMATE = re.compile(r"约|大概|左右|差不多|近|多$|\+$|~$|上下")
_TRAILING = re.compile(r"(?:左右|上下|多|\+|~)$")
_FEET = re.compile(r"([3-7])(?:'|ft|feet|foot|英尺)([0-9]|1[01])?(?:\"|''|in|inch|inches|英寸)?")
_METRES_APART = re.compile(r"([12])(?:m|米)([0-9]{1,2})(?:cm|公分|厘米)?")
_METRES = re.compile(r"([12](?:[.,][0-9]{1,4})?)(?:m|米|公尺)?")
_CENTIMETRES = re.compile(r"([0-9]{2,3}(?:\.[0-9]+)?)(?:cm|公分|厘米)?")
_MILLIMETRES = re.compile(r"([0-9]{4})(?:mm|毫米)")


@dataclass(frozen=True, slots=True)
class Reading:
    """Centimetres or None; `warning` is `unreadable`, `implausible`, `approximate` or None."""

    centimetres: int | None = None
    warning: str | None = None


@lru_cache(maxsize=4096, typed=True)
def read(*, cell: Cell) -> Reading:
    """Return the height that the cell tells; one outside 100 to 250 cm is not believed."""
    text = texts.bare(cell=cell)
    if not text or isinstance(cell, bool):
        return Reading()
    text = texts.narrow(text=texts.write_out(cell=cell)).replace(" ", "")
    text = re.sub("[’‘′`´]", "'", re.sub("[”“″]", '"', text)).lstrip("'")
    approximate = _APPROXIMATE.search(text) is not None
    exact = _exact(numerals.with_digits(text=_TRAILING.sub("", _LABEL.sub("", text, count=1))))
    if exact is None:
        return Reading(warning="unreadable")
    centimetres = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if centimetres not in PLAUSIBLE_CM:
        return Reading(warning="implausible")
    return Reading(centimetres, "approximate" if approximate else None)


def _exact(text: str) -> Decimal | None:
    if found := _METRES_APART.fullmatch(text):
        return Decimal(found[1]) * 100 + Decimal(found[2].ljust(2, "0"))
    if found := _METRES.fullmatch(text):
        return Decimal(found[1].replace(",", ".")) * 100
    if found := _CENTIMETRES.fullmatch(text):
        return Decimal(found[1])
    if found := _MILLIMETRES.fullmatch(text):
        return Decimal(found[1]) / 10
    if found := _FEET.fullmatch(text):
        return (Decimal(found[1]) * 12 + Decimal(found[2] or 0)) * Decimal("2.54")
    return None
