"""我的资料: the visitor's copy as a page, the main facts first, then every part with all its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.kernel.labels import PLAIN, Label
from hongxian.portal import parts
from hongxian.portal.wording import cell, field_name, worded

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.portal.copying import Copy

# column of the record to the catalogue's field
FACETS = {
    "sex": "sex",
    "birth_year": "birth_year",
    "height_cm": "height",
    "education": "education",
    "income_band": "income_band",
    "marital": "marital",
    "housing": "housing",
    "car": "car",
    "district": "district",
    "home_city": "district",
    "occupation": "occupation",
}
SEALED = ("alias", "name", "number", "wechat", "birth", "criteria", "remark")


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part with its rows; each row is a list of headings and values, labelled as what they are."""

    name: Annotated[str, PLAIN]
    title: Annotated[str, PLAIN]
    rows: Annotated[list[Any], PLAIN] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Note:
    """A note that staff wrote about the visitor."""

    at: Annotated[str, PLAIN]
    staff: Annotated[str, PLAIN]
    text: Annotated[str, Label("note")]


def facts(copy: Copy, *, now: datetime) -> list[Any]:
    """What is known about the person: sealed fields first, then the facets."""
    record = next(iter(copy.parts.get("record", [])), {})
    shown = [cell(name)(field_name(name), copy.sealed[name]) for name in SEALED if copy.sealed.get(name)]
    for column, label in FACETS.items():
        words = worded("record", column, record.get(column), now=now)
        if words:
            shown.append(cell(label)(parts.heading(column), words))
    return shown


def notes(copy: Copy, *, now: datetime) -> list[Note]:
    """What staff wrote, the newest first."""
    return [
        Note(worded("", "at", each["at"], now=now), each["staff"] or "", each["text"])
        for each in sorted(copy.notes, key=lambda note: str(note["at"]), reverse=True)
    ]


def everything(copy: Copy, *, now: datetime) -> list[ShownPart]:
    """Every part that has rows, the newest row first."""
    return [
        ShownPart(part.name, part.title, [_row(part, row, now) for row in reversed(copy.parts[part.name])])
        for part in parts.PARTS
        if copy.parts.get(part.name)
    ]


def _row(part: parts.Part, row: dict[str, Any], now: datetime) -> list[Any]:
    shown = [(parts.heading(column), worded(part.name, column, value, now=now)) for column, value in row.items()]
    return [cell(part.field)(heading, words) for heading, words in shown if words]
