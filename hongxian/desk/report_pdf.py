"""
A report as a PDF: what it is, its sums, a chart, and the tables by time and by unit.

Letters are Adobe's STSong-Light, which every reader of PDF brings along for Chinese: no font is shipped or embedded.
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hongxian.design import wording
from hongxian.desk import report_tables as tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.reports.building import Line, Report
    from hongxian.reports.measures import Measure

FONT = "STSong-Light"
INK, LINE, RED, GREY = (
    colors.HexColor("#2a2320"),
    colors.HexColor("#d8cdc1"),
    colors.HexColor("#a8202f"),
    colors.HexColor("#b9a999"),
)
PAPER = colors.HexColor("#f7f2ec")
WIDE, TALL = 265 * mm, 60 * mm
DRAWN, MOST_ROWS = 31, 400


def write(report: Report, shown: Measure, *, made: str) -> bytes:
    """The file; `shown` is the measure that its charts draw."""
    _font()
    kept = io.BytesIO()
    page = SimpleDocTemplate(
        kept, pagesize=landscape(A4), leftMargin=16 * mm, rightMargin=16 * mm, topMargin=14 * mm, bottomMargin=16 * mm,
        title=tables.title(report), author="hongxian", lang="zh-CN",
    )  # fmt: skip
    page.build(_story(report, shown), onFirstPage=_foot(made), onLaterPages=_foot(made))
    return kept.getvalue()


@cache
def _font() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def _story(report: Report, shown: Measure) -> list[Any]:
    heading = ParagraphStyle("heading", fontName=FONT, fontSize=16, leading=22, textColor=INK)
    small = ParagraphStyle("small", fontName=FONT, fontSize=9, leading=13, textColor=INK)
    section = ParagraphStyle("section", fontName=FONT, fontSize=11.5, leading=18, spaceBefore=8, textColor=INK)
    story: list[Any] = [Paragraph(escape(tables.title(report)), heading)]
    if report.compared:
        story.append(Paragraph(escape(_("对比：%(what)s") % {"what": tables.compared(report)}), small))
    story += [Spacer(1, 3 * mm), _table([tables.row(report.total, _("合计"))], "", numbers=True)]
    story.append(
        Paragraph(escape(_("按时间，每%(step)s：%(shown)s") % {"step": tables.STEPS[report.step], "shown": shown.name}), section)
    )
    if len(report.times) <= DRAWN * 3:
        story.append(_over_time(report, shown))
    story.append(_table(tables.time_rows(report, {})[:MOST_ROWS], str(tables.STEPS[report.step])))
    if report.units:
        name = str(tables.SCOPES[report.unit])
        story.append(Paragraph(escape(_("按%(unit)s：%(shown)s") % {"unit": name, "shown": shown.name}), section))
        story.append(_by_unit(report, shown))
        story.append(_table(tables.unit_rows(report, {})[:MOST_ROWS], name))
        left_out = report.more_units + max(0, len(report.units) - MOST_ROWS)
        if left_out:
            story.append(Paragraph(escape(_("另有 %(n)s 行没有列出。") % {"n": left_out}), small))
    return story


def _table(rows: Sequence[tables.Row], head: str, *, numbers: bool = False) -> Table:
    """Numbers as on the page; the share and the number before stand under each."""
    heads = [head, *(str(each.name) for each in tables.ON_PAGE)]
    body = [[row.label, *(_words(cell) for cell in row.cells)] for row in rows]
    first = 34 * mm
    table = Table([heads, *body], repeatRows=1, colWidths=[first, *[(WIDE - first) / len(tables.ON_PAGE)] * len(tables.ON_PAGE)])
    style = [
        ("FONT", (0, 0), (-1, -1), FONT, 8.5 if numbers else 7.5),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("BACKGROUND", (0, 0), (-1, 0), PAPER),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    table.setStyle(TableStyle(style))
    return table


def _words(cell: tables.Cell) -> str:
    lines = [wording.number(cell.value)]
    if cell.share:
        lines[0] += f"  {cell.share}"
    if cell.then is not None:
        lines.append(f"{wording.number(cell.then)}  {cell.change}".rstrip().replace("−", "-"))
    return "\n".join(lines)


def _over_time(report: Report, shown: Measure) -> Drawing:
    chart = VerticalBarChart()
    labels = [tables.step_name(line, report.step) for line in report.times]
    _fill(chart, report.times, shown, labels)
    chart.categoryAxis.labels.angle = 35 if len(labels) > DRAWN // 2 else 0
    chart.categoryAxis.labels.boxAnchor = "ne" if chart.categoryAxis.labels.angle else "n"
    if len(labels) > DRAWN:  # every few only
        step = len(labels) // DRAWN + 1
        chart.categoryAxis.categoryNames = [label if number % step == 0 else "" for number, label in enumerate(labels)]
    return _drawing(chart, TALL)


def _by_unit(report: Report, shown: Measure) -> Drawing:
    chart = HorizontalBarChart()
    lines = report.units[:DRAWN]
    _fill(chart, list(reversed(lines)), shown, [tables.name_of(line) for line in reversed(lines)])
    return _drawing(chart, max(24 * mm, 7 * mm * len(lines)), left=42 * mm)


def _fill(chart: Any, lines: Sequence[Line], shown: Measure, labels: list[str]) -> None:
    chart.data = [[shown.value(line.counts) for line in lines]]
    if any(line.then is not None for line in lines):
        chart.data.append([shown.value(line.then) if line.then else 0 for line in lines])
        chart.bars[1].fillColor = GREY
    chart.bars[0].fillColor, chart.bars.strokeColor = RED, None
    chart.categoryAxis.categoryNames = labels
    for axis in (chart.categoryAxis, chart.valueAxis):
        axis.labels.fontName, axis.labels.fontSize, axis.strokeColor = FONT, 7, LINE
    chart.valueAxis.valueMin, chart.valueAxis.gridStrokeColor, chart.valueAxis.visibleGrid = 0, LINE, 1
    chart.valueAxis.labelTextFormat = "%d"


def _drawing(chart: Any, tall: float, *, left: float = 14 * mm) -> Drawing:
    drawing = Drawing(WIDE, tall + 14 * mm)
    chart.x, chart.y, chart.width, chart.height = left, 12 * mm, WIDE - left - 6 * mm, tall
    drawing.add(chart)
    return drawing


def _foot(made: str) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 8)
        canvas.setFillColor(INK)
        canvas.drawString(16 * mm, 9 * mm, made)
        canvas.drawRightString(281 * mm, 9 * mm, str(document.page))
        canvas.restoreState()

    return draw
