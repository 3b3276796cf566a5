"""Which column of a workbook is taken for which field, as the mapping page shows it, and as it is kept until the page is reloaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hongxian.intake.fields import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.sessions.backends.base import SessionBase

    from hongxian.intake.previewing import Preview

KEPT = "workbooks"
MOST_KEPT = 5
# A heading with such a run of digits may be a row of data that was taken for one: it is neither offered nor kept.
_NUMBER = re.compile(r"[0-9]{5,}")


@dataclass(frozen=True, slots=True)
class Line:
    """One field with the heading it is read from, empty where it is not read, and a glimpse of its cells."""

    field: str
    name: str
    heading: str
    samples: tuple[str, ...]
    needed: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet that will be read."""

    name: str
    rows: int
    lines: tuple[Line, ...]
    headings: tuple[str, ...]
    unrecognised: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether the one column is there that an import cannot do without."""
        return any(line.needed and line.heading for line in self.lines)


def of_preview(preview: Preview, *, chinese: bool) -> Sheet:
    """What the page shows right after the upload."""
    found = {column.field: (column.heading, column.samples) for column in preview.columns}
    return _sheet(preview.sheet, preview.rows, preview.headings, found, chinese=chinese)


def keep(session: SessionBase, run_id: int, sheet: Sheet) -> None:
    """Keeps headings, never cells, for as long as somebody is signed in; of the last five workbooks."""
    kept: dict[str, Any] = session.get(KEPT, {})
    found = {line.field: line.heading for line in sheet.lines if line.heading}
    kept[str(run_id)] = {"name": sheet.name, "rows": sheet.rows, "headings": list(sheet.headings), "found": found}
    session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])


def kept(session: SessionBase, run_id: int, *, chinese: bool) -> Sheet | None:
    """What was kept of a workbook; None when nothing is."""
    known = session.get(KEPT, {}).get(str(run_id))
    if known is None:
        return None
    found = {field: (heading, ()) for field, heading in known["found"].items()}
    return _sheet(known["name"], known["rows"], known["headings"], found, chinese=chinese)


def _sheet(
    name: str, rows: int, headings: list[str], found: Mapping[str, tuple[str, tuple[str, ...]]], *, chinese: bool
) -> Sheet:
    offered = tuple(dict.fromkeys(heading for heading in headings if not _NUMBER.search(heading)))
    used = {heading for heading, _samples in found.values()}
    return Sheet(
        name=name,
        rows=rows,
        lines=tuple(_line(field, found, offered, chinese=chinese) for field in Field),
        headings=offered,
        unrecognised=tuple(heading for heading in offered if heading not in used),
    )


def _line(field: Field, found: Mapping[str, tuple[str, tuple[str, ...]]], offered: tuple[str, ...], *, chinese: bool) -> Line:
    heading, samples = found.get(field.value, ("", ()))
    return Line(
        field=field.value,
        name=field.label_zh if chinese else field.label_en,
        heading=heading if heading in offered else "",
        samples=samples,
        needed=field is Field.PHONE,
    )
