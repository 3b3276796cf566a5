"""/desk/office/people/: new people, one or a list of them; /welcome/: they choose their own password with a one-time code."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.desk import door, hiring_list
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import ROLE_NAMES, Permission
from hongxian.kernel.refusal import NotAllowed, Refusal
from hongxian.kernel.sheets import safe
from hongxian.org import hiring, staffing
from hongxian.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

SALT, LASTS = "hongxian.hiring", 3600


@require_safe
@door.staff_page(Permission.ORG_OFFICE_RUN)
def people(request: door.DeskRequest) -> HttpResponse:
    """Somebody new, a list, and who has not come in yet."""
    return _page(request, {}, status=200)


@require_POST
@door.staff_page(Permission.ORG_OFFICE_RUN)
def check(request: door.DeskRequest) -> HttpResponse:
    """试运行: what is wrong with each row; nothing is written."""
    try:
        wanted = _wanted(request)
    except hiring_list.BadList as refusal:
        return _page(request, {"refusal": refusal.message, "form": request.POST}, status=refusal.status)
    lines = hiring.check(by=request.actor, people=wanted, now=request.now)
    wrong = sum(bool(line.problems) for line in lines)
    context = {
        "lines": lines,
        "wrong": wrong,
        "right": len(lines) - wrong,
        "list": "" if wrong else signing.dumps([asdict(each) for each in wanted], salt=SALT, compress=True),
    }
    return door.render(request, "desk/office/check.html", context, status=422 if wrong else 200)


@never_cache
@require_POST
@door.staff_page(Permission.ORG_OFFICE_RUN)
def hire(request: door.DeskRequest) -> HttpResponse:
    """录入: everybody or nobody; the codes are shown this once."""
    try:
        given = signing.loads(request.POST.get("list", ""), salt=SALT, max_age=LASTS)
        wanted = [hiring.Wanted(**each) for each in given]
    except (signing.BadSignature, TypeError):
        return _page(request, {"refusal": _("名单已过期，请重新上传。")}, status=422)
    try:
        codes = hiring.hire(by=request.actor, people=wanted, why=request.POST.get("why", ""), now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        lines = hiring.check(by=request.actor, people=wanted, now=request.now)
        wrong = sum(bool(line.problems) for line in lines)
        context = {
            "lines": lines,
            "wrong": wrong,
            "right": len(lines) - wrong,
            "list": request.POST["list"],
            "refusal": refusal.message,
        }
        return door.render(request, "desk/office/check.html", context, status=refusal.status)
    return door.render(request, "desk/office/codes.html", {"codes": codes, "days": hiring.CODE_LASTS.days})


@never_cache
@require_POST
@door.staff_page(Permission.ORG_OFFICE_RUN)
def again(request: door.DeskRequest, staff_id: int) -> HttpResponse:
    """A new code for somebody who never came in."""
    code = hiring.invite_again(by=request.actor, staff_id=staff_id, now=request.now)
    return door.render(request, "desk/office/codes.html", {"codes": [code], "days": hiring.CODE_LASTS.days})


@require_safe
@door.staff_page(Permission.ORG_OFFICE_RUN)
def blank(request: door.DeskRequest) -> HttpResponse:
    """An empty list with its headings and an example, as CSV that a spreadsheet reads."""
    store = next(iter(org.stores()), None)
    team = next(iter(staffing.teams(store_id=store.store_id)), None) if store else None
    headings = ("工号", "姓名", "对外称呼", "岗位", "门店", "团队", "级别", "入职日期")
    example = ("E9001", "张三", "三三老师", "红娘顾问", store.code if store else "", team.team_name if team else "", "Z", "")
    day = day_of(request.now).isoformat()
    text = "\ufeff" + "\r\n".join(",".join(str(safe(cell)) for cell in row) for row in (headings, (*example[:-1], day))) + "\r\n"
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="new-staff.csv"'
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """For somebody new, who has a code: their own password, once."""
    refusal = ""
    status = 200
    if request.method == "POST":
        password = request.POST.get("password", "")[:256]
        try:
            if password != request.POST.get("again", "")[:256]:
                raise hiring.BadPassword(_("两次输入的密码不一样。"))
            hiring.come_in(
                employee_no=request.POST.get("employee_no", "")[:64],
                code=request.POST.get("code", "")[:64],
                password=password,
                address=request.META.get("REMOTE_ADDR", ""),
                now=timezone.now(),
            )
        except Refusal as refused:
            refusal, status = str(refused.message), refused.status
        else:
            messages.success(request, _("密码已设好，请登录。"))
            return HttpResponseRedirect("/login/")
    context = {"refusal": refusal, "employee_no": request.POST.get("employee_no", "")[:64]}
    return door.render(request, "desk/office/welcome.html", context, status=status)


def _wanted(request: door.DeskRequest) -> list[hiring.Wanted]:
    """The rows of a file, or the one of the form."""
    file = request.FILES.get("file")
    if file is not None:
        if (file.size or 0) > hiring_list.LARGEST:
            raise hiring_list.BadList(_("文件超过 2 MB。"))
        return hiring_list.read(file.read())
    given = {name: request.POST.get(name, "").strip()[:60] for name in hiring_list.COLUMNS}
    if not any(given.values()):
        raise hiring_list.BadList(_("请选择名单文件，或填写一位新员工。"))
    store, _dot, team = given["team"].partition("·")
    if _dot:  # the form's list of teams has both
        given |= {"store": store.strip(), "team": team.strip()}
    return [hiring.Wanted(row=1, **given)]


def _page(request: door.DeskRequest, more: dict[str, object], *, status: int) -> HttpResponse:
    by = request.actor
    allowed: Sequence[object] = (*staffing.IN_STORES, *staffing.AT_HEADQUARTERS)
    context: dict[str, object] = {
        "roles": [(role, name) for role, name in ROLE_NAMES.items() if role in allowed],
        "stores": org.stores(),
        "teams": staffing.teams(),
        "invited": hiring.invitations(by=by),
        "today": day_of(request.now).isoformat(),
        "most": hiring.MOST,
    }
    return door.render(request, "desk/office/people.html", context | more, status=status)
