"""A report as a workbook: what it is, by time, by unit, and every unit in every step; with a chart over time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from hongxian.desk import report_tables as tables
from hongxian.kernel.sheets import Value, safe
from hongxian.reports.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.reports.building import Line, Report

MOST = 20_000  # lines of the sheet with everything
CALLS = 3  # the column of the filed calls, which the chart draws


def write(report: Report, details: list[Line] | None, *, made: str) -> bytes:
    """An .xlsx file; `details` None when they would be too many."""
    book = Workbook(write_only=True)
    _add(book, _("概要"), _about(report, made))
    step = str(tables.STEPS[report.step])
    lines = _lines(tables.time_rows(report, {}, which=MEASURES), compared=report.compared is not None)
    sheet = _add(book, _("按时间"), [_heads(step, report), *lines, *_sum(report)])
    if report.times:
        sheet.add_chart(_chart(sheet, len(lines), compared=report.compared is not None), "B" + str(len(lines) + 5))
    if report.unit:
        unit, rows = str(tables.SCOPES[report.unit]), tables.unit_rows(report, {}, which=MEASURES)
        kept = report.compared is not None and report.other is None
        _add(book, _("按单位"), [_heads(unit, report, compared=kept), *_lines(rows, compared=kept)])
        _add(book, _("明细"), _everything(report, details, unit))
    kept_bytes = io.BytesIO()
    book.save(kept_bytes)
    return kept_bytes.getvalue()


def _about(report: Report, made: str) -> list[list[Value]]:
    rows: list[list[Value]] = [
        [_("范围"), tables.scope_name(report.scope)],
        [_("时间"), tables.days_name(report.period)],
        [_("对比"), tables.compared(report)],
        [_("生成"), made],
        [],
        [_("指标"), _("数量"), _("占比"), *([_("对比"), _("变化")] if report.compared else [])],
    ]
    for cell in tables.row(report.total, "", which=MEASURES).cells:
        line: list[Value] = [cell.head, cell.value, cell.share]
        rows.append([*line, cell.then, cell.change] if report.compared else line)
    return rows


def _heads(first: str, report: Report, *, compared: bool | None = None) -> list[Value]:
    beside = report.compared is not None if compared is None else compared
    heads: list[Value] = [first]
    for each in MEASURES:
        heads.append(str(each.name))
        if beside:
            heads.append(_("%(name)s（对比）") % {"name": each.name})
    return heads


def _lines(rows: Sequence[tables.Row], *, compared: bool) -> list[list[Value]]:
    found = []
    for row in rows:
        line: list[Value] = [row.label]
        for cell in row.cells:
            line.append(cell.value)
            if compared:
                line.append(cell.then)
        found.append(line)
    return found


def _sum(report: Report) -> list[list[Value]]:
    return _lines([tables.row(report.total, _("合计"), which=MEASURES)], compared=report.compared is not None)


def _everything(report: Report, details: list[Line] | None, unit: str) -> list[list[Value]]:
    if details is None:
        return [[_("超过 %(n)s 行，请选择更短的时间段或更大的单位。") % {"n": MOST}]]
    heads: list[Value] = [_("日期"), unit, *(str(each.name) for each in MEASURES)]
    rows = [heads]
    for line in details:
        begins = timezone.localtime(line.begins) if line.begins else None
        at = "" if begins is None else f"{begins:%Y-%m-%d %H:%M}" if report.step == "hour" else f"{begins:%Y-%m-%d}"
        rows.append([at, tables.name_of(line), *(each.value(line.counts) for each in MEASURES)])
    return rows


def _add(book: Workbook, title: str, rows: Sequence[Sequence[Value]]) -> Any:
    sheet = book.create_sheet(title=title)
    for row in rows:
        sheet.append([safe(value) for value in row])
    return sheet


def _chart(sheet: Any, lines: int, *, compared: bool) -> BarChart:
    """Filed calls over time, and beside them those of the days before."""
    chart = BarChart()
    chart.type, chart.height, chart.width = "col", 8, 22
    column = CALLS if not compared else 4
    chart.add_data(
        Reference(sheet, min_col=column, max_col=column + int(compared), min_row=1, max_row=lines + 1), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=lines + 1))
    return chart
