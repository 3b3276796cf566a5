"""A list of new people as somebody brings it, xlsx or csv, read as texts by its headings; nothing in it is trusted."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from hongxian.desk.templatetags.runs import chinese
from hongxian.intake import workbook
from hongxian.intake.limits import Cell, Limits
from hongxian.kernel.refusal import Refusal
from hongxian.org.hiring import MOST, Wanted

LARGEST = 2 * 1024 * 1024
COLUMNS = ("employee_no", "name", "alias", "role", "store", "team", "tier", "joined_on")
HEADINGS = {
    "工号": "employee_no",
    "姓名": "name",
    "对外称呼": "alias",
    "岗位": "role",
    "门店": "store",
    "门店代码": "store",
    "团队": "team",
    "级别": "tier",
    "入职日期": "joined_on",
    "employee number": "employee_no",
    "name": "name",
    "alias": "alias",
    "role": "role",
    "store": "store",
    "team": "team",
    "tier": "tier",
    "first day": "joined_on",
}
NEEDED = {"employee_no", "name", "alias", "role"}


class BadList(Refusal):
    """Not a list of people; the message says why."""

    code = "desk.bad_list"
    status = 422


def read(content: bytes) -> list[Wanted]:
    """:raises BadList: no workbook, no headings, or too many rows."""
    try:
        sheets = workbook.read(source=content, limits=Limits(rows=MOST + 50, file_bytes=LARGEST))
    except workbook.UnreadableWorkbook as error:
        raise BadList(error.message if chinese() else error.message_en) from error
    rows = sheets[0].rows
    for place, row in enumerate(rows[:10]):
        columns = {HEADINGS[text]: number for number, text in enumerate(map(_heading, row.cells)) if text in HEADINGS}
        if columns.keys() >= NEEDED:
            people = [
                Wanted(row=each.number, **{name: _text(each.cells, columns.get(name)) for name in COLUMNS})
                for each in rows[place + 1 :]
            ]
            if not people or len(people) > MOST:
                raise BadList(_("名单要有 1 到 %d 人。") % MOST)
            return people
    raise BadList(_("找不到标题行：至少要有工号、姓名、对外称呼、岗位。"))


def _heading(cell: Cell) -> str:
    return str(cell or "").strip().lower()


def _text(cells: tuple[Cell, ...], place: int | None) -> str:
    cell = cells[place] if place is not None and place < len(cells) else None
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell if cell is not None else "").strip()[:60]
