"""/desk/imports/: a store's workbooks: upload, correct the columns, try or import, watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hongxian.desk import door, mapping
from hongxian.desk.templatetags.runs import chinese
from hongxian.intake import previewing, queries, uploading
from hongxian.intake.fields import Field
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpResponse

    from hongxian.intake.queries import RunRow

LARGEST = 50 * 1024 * 1024


class UploadForm(forms.Form):
    """A workbook, and the day that "today" and ages in it mean."""

    file = forms.FileField(
        allow_empty_file=False,
        error_messages={"required": gettext_lazy("请选择一个文件。"), "empty": gettext_lazy("文件是空的。")},
    )
    as_of = forms.DateField(error_messages={"required": gettext_lazy("请填写日期。"), "invalid": gettext_lazy("请填写日期。")})


class SendForm(forms.Form):
    """Try it or do it."""

    as_of = forms.DateField()
    dry = forms.TypedChoiceField(choices=(("1", "1"), ("0", "0")), coerce=lambda value: value == "1")


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.INTAKE_WORKBOOK_IMPORT)
def imports(request: door.DeskRequest) -> HttpResponse:
    """GET lists the store's imports; POST takes a workbook in and goes on to its columns."""
    if request.method == "GET":
        return _list(request, {}, status=200)
    form = UploadForm(request.POST, request.FILES)
    problem = _problem_of(request, form)
    if problem:
        return _list(request, {"problem": problem}, status=422)
    file, as_of = form.cleaned_data["file"], form.cleaned_data["as_of"]
    try:
        run, preview = uploading.upload(by=request.actor, content=file.read(), file_name=file.name, as_of=as_of, now=request.now)
    except previewing.Unreadable as refusal:
        words = refusal.message if chinese() else refusal.message_en
        return _list(request, {"problem": words}, status=refusal.status)
    sheet = mapping.of_preview(preview, chinese=chinese())
    mapping.keep(request.session, run.run_id, sheet)
    address = f"/desk/imports/{run.run_id}/mapping/"
    if not request.headers.get("HX-Request"):
        return door.redirect(address)
    answer = _columns(request, run, sheet, {}, status=200)  # with a glimpse of the cells, which nothing keeps
    answer["HX-Push-Url"] = address
    return answer


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.INTAKE_WORKBOOK_IMPORT)
def columns(request: door.DeskRequest, run_id: int) -> HttpResponse:
    """GET shows which column is taken for what; POST sends the workbook off as corrected."""
    run = queries.run(by=request.actor, run_id=run_id)
    sheet = mapping.kept(request.session, run_id, chinese=chinese())
    if request.method == "GET":
        return _columns(request, run, sheet, {}, status=200)
    form = SendForm(request.POST)
    chosen = {field.value: request.POST.get(f"field-{field.value}", "") for field in Field}
    twice = {heading for heading in chosen.values() if heading and list(chosen.values()).count(heading) > 1}
    problem = ""
    if not form.is_valid():
        problem = _("请填写日期，并选择试运行或导入。")
    elif twice:
        problem = _("同一列不能用于两个字段：%s") % "、".join(sorted(twice))
    elif sheet is not None and not chosen[Field.PHONE.value]:
        problem = _("请指定哪一列是手机号码。")
    if problem:
        return _columns(request, run, sheet, {"problem": problem, "chosen": chosen}, status=422)
    corrected = chosen if sheet is not None and chosen != {line.field: line.heading for line in sheet.lines} else {}
    return _send(request, run, mapping=corrected or run.mapping, as_of=form.cleaned_data["as_of"], dry=form.cleaned_data["dry"])


@require_POST
@door.staff_page(Permission.INTAKE_WORKBOOK_IMPORT)
def again(request: door.DeskRequest, run_id: int) -> HttpResponse:
    """Sends the same workbook off again: for real after a dry run, or once more after an interruption."""
    run = queries.run(by=request.actor, run_id=run_id)
    dry = run.dry and request.POST.get("dry") != "0"
    return _send(request, run, mapping=run.mapping, as_of=run.as_of, dry=dry)


def _send(request: door.DeskRequest, run: RunRow, *, mapping: dict[str, str], as_of: object, dry: bool) -> HttpResponse:
    uploading.send(by=request.actor, run_id=run.run_id, as_of=as_of, dry=dry, mapping=mapping, now=request.now)  # type: ignore[arg-type]
    messages.success(request, _("已排队，马上开始试运行。") if dry else _("已排队，马上开始导入。"))
    return door.redirect(f"/desk/imports/{run.run_id}/")


def _problem_of(request: door.DeskRequest, form: UploadForm) -> str:
    file = request.FILES.get("file")
    given = int(request.META.get("CONTENT_LENGTH") or 0)
    if given > LARGEST + 100_000 or (file is not None and (file.size or 0) > LARGEST):
        return _("文件超过 50 MB，请拆分后分批导入。")
    if form.is_valid():
        return ""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _list(request: door.DeskRequest, more: dict[str, object], *, status: int) -> HttpResponse:
    context: dict[str, object] = {
        "runs": queries.runs_of_store(by=request.actor),
        "as_of": request.POST.get("as_of") or day_of(request.now).isoformat(),
    }
    return door.render(request, "desk/imports/imports.html", context | more, status=status)


def _columns(
    request: door.DeskRequest, run: RunRow, sheet: mapping.Sheet | None, more: dict[str, object], *, status: int
) -> HttpResponse:
    context: dict[str, object] = {
        "run": run,
        "sheet": sheet,
        "chosen": {line.field: line.heading for line in sheet.lines} if sheet else {},
        "may_send": run.state in uploading.AT_REST or (run.state == "done" and run.dry),
    }
    return door.render(request, "desk/imports/mapping.html", context | more, status=status)
