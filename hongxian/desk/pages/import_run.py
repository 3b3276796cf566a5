"""/desk/imports/<run>/: how an import goes, what became of each row, and the report to take along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hongxian.desk import door
from hongxian.desk.templatetags import runs
from hongxian.intake import queries, reasons, reporting
from hongxian.kernel.permissions import Permission

if TYPE_CHECKING:
    from hongxian.intake.queries import LineRow, RunRow

RESULTS = {"accepted": gettext_lazy("新会员"), "merged": gettext_lazy("合并"), "refused": gettext_lazy("拒收")}
COLOURS = {"accepted": "#2a6a47", "merged": "#c98500", "refused": "#a8202f"}
MOVING = frozenset({"queued", "running"})
BAR = 1000
ALL_ROWS = 100_000
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the stacked bar."""

    code: str
    name: str
    count: int
    x: int
    width: int
    colour: str


@dataclass(frozen=True, slots=True)
class Why:
    """How many rows were refused for a reason."""

    code: str
    words: str
    count: int


@require_safe
@door.staff_page(Permission.INTAKE_WORKBOOK_IMPORT)
def run(request: door.DeskRequest, run_id: int) -> HttpResponse:
    """The run's page; while it is under way the page asks again every two seconds."""
    found = queries.run(by=request.actor, run_id=run_id)
    result, reason, after = (request.GET.get(name, "") for name in ("result", "reason", "after"))
    lines: list[LineRow] = []
    if found.state == "done":
        lines = queries.lines(
            by=request.actor,
            run_id=run_id,
            result=result if result in RESULTS else "",
            reason=reason,
            after=int(after) if after.isdecimal() else 0,
            most=queries.PAGE,
            now=request.now,
        )
    context = {
        "run": found,
        "moving": found.state in MOVING,
        "failure": runs.said(found.failure_words),
        "parts": _parts(found),
        "why": [_why(code, count) for code, count in found.summary.get("refused_why", {}).items()],
        "results": RESULTS,
        "result": result,
        "reason": reason,
        "lines": lines,
        "first": not after,
        "next": lines[-1].row_no if len(lines) == queries.PAGE else None,
    }
    return door.render(request, "desk/imports/run.html", context)


@require_safe
@door.staff_page(Permission.INTAKE_WORKBOOK_IMPORT)
def report(request: door.DeskRequest, run_id: int, kind: str) -> HttpResponse:
    """The whole report as a file: row numbers, the store's own labels and what became of them; nobody's name or number."""
    found = queries.run(by=request.actor, run_id=run_id)
    lines = queries.lines(by=request.actor, run_id=run_id, most=ALL_ROWS, now=request.now)
    headings = [_("行号"), _("编号"), _("结果"), _("原因和提示"), _("合并到"), _("联系")]
    rows = [_row(line) for line in lines]
    if kind == "csv":
        content = reporting.write_csv(headings=headings, rows=rows)
    else:
        content = reporting.write_xlsx(headings=headings, rows=rows, title=_("导入报告"))
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="import-{found.store_code}-{run_id}.{kind}"'
    return answer


def _row(line: LineRow) -> list[reporting.Value]:
    told = " ".join(runs.said(words) for words in line.told)
    return [line.row_no, line.label, str(RESULTS[line.result]), told, line.merged_into, runs.contact(line)]


def _why(code: str, count: int) -> Why:
    return Why(code, runs.said(reasons.of_refusal(code)), count)


def _parts(found: RunRow) -> list[Part]:
    counts = {code: int(found.summary.get(code, 0)) for code in RESULTS}
    whole, parts, x = sum(counts.values()) or 1, [], 0
    for code, count in counts.items():
        width = round(BAR * count / whole)
        parts.append(Part(code, str(RESULTS[code]), count, x, width, COLOURS[code]))
        x += width
    return parts
