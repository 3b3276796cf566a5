"""The workbook of the statistics: a sheet for each table of the page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook

from hongxian.design import wording
from hongxian.kernel.sheets import Value, safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hongxian.outreach.statistics import CallLine, TextLine


def label_of(line: TextLine | CallLine, per: str) -> str:
    """What a line stands for, in words."""
    if per == "hour":
        return f"{line.id}:00"
    if per == "day":
        return line.day.isoformat() if line.day else ""
    if per == "how":
        return {
            "hand": _("逐条手动"),
            "library": _("自己名单"),
            "campaign": _("群发"),
            "automatic": _("自动"),
        }.get(line.name, line.name)
    chinese = wording.is_chinese(get_language() or "zh-hans")
    return (line.name if chinese else line.name_en or line.name) or _("未归属")


def write(asked: Mapping[str, Any], *, head: str) -> bytes:
    """An .xlsx file; `head` is what the chosen breakdown is called."""
    book, over = Workbook(write_only=True), _("时段") if asked["over"] == "hour" else _("日期")
    _add(book, _("短信 按时间"), [over, *_text_heads()], [_text_cells(line, asked["over"]) for line in asked["days"]])
    _add(book, _("短信 分组"), [head, *_text_heads()], [_text_cells(line, asked["by"]) for line in asked["lines"]])
    _add(book, _("短信 方式"), [_("发送方式"), *_text_heads()], [_text_cells(line, "how") for line in asked["how"]])
    _add(book, _("通话 按时间"), [over, *_call_heads()], [_call_cells(line, asked["over"]) for line in asked["call_days"]])
    _add(book, _("通话 分组"), [head, *_call_heads()], [_call_cells(line, asked["by"]) for line in asked["call_lines"]])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _add(book: Workbook, title: str, headings: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    sheet = book.create_sheet(title=title)
    sheet.append(list(headings))
    for row in rows:
        sheet.append([safe(value) for value in row])


def _text_heads() -> list[str]:
    return [
        *(_("已交付"), _("条数（计费）"), _("送达"), _("送达率"), _("失败"), _("失败率"), _("不明"), _("途中")),
        *(_("未发（闸门）"), _("退订"), _("退订率")),
    ]


def _text_cells(line: TextLine, per: str) -> list[Value]:
    return [
        *(label_of(line, per), line.handed, line.parts, line.delivered, line.delivered_rate, line.failed, line.failed_rate),
        *(line.unknown, line.under_way, line.dropped, line.opted_out, line.opted_out_rate),
    ]


def _call_heads() -> list[str]:
    return [
        *(_("外呼"), _("双方通话"), _("通话分钟"), _("登记通话"), _("接通"), _("接通率"), _("无人接听"), _("有意向")),
        *(_("预约到店"), _("拒绝联系"), _("拒绝率")),
    ]


def _call_cells(line: CallLine, per: str) -> list[Value]:
    return [
        *(label_of(line, per), line.placed, line.talked, line.minutes, line.calls, line.connects, line.connects_rate),
        *(line.no_answers, line.interested, line.visits, line.refusals, line.refusals_rate),
    ]
