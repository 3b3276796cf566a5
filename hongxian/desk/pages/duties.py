"""/desk/duties/: the privacy office's calendar: late, this week, this month, later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.rights import duties as rights

if TYPE_CHECKING:
    from django.http import HttpResponse

GROUPS = {
    "late": gettext_lazy("已经过期"),
    "week": gettext_lazy("七天之内"),
    "month": gettext_lazy("一个月之内"),
    "later": gettext_lazy("以后"),
}
KINDS = (
    {
        "agreement": gettext_lazy("数据协议到期"),
        "assessment": gettext_lazy("影响评估到期"),
        "training": gettext_lazy("隐私培训到期"),
        "request": gettext_lazy("权利请求答复期限"),
        "complaint": gettext_lazy("投诉上报总部"),
        "incident": gettext_lazy("安全事件未结案"),
    }
    | dict(rights.Own.choices)
    | dict(rights.Machine.choices)
)


@require_safe
@door.staff_page(Permission.RIGHTS_DUTY_READ)
def duties(request: door.DeskRequest) -> HttpResponse:
    """Everything with a date; nothing about persons."""
    today, may_open = day_of(request.now), request.actor.may(Permission.RIGHTS_REQUEST_HANDLE)
    groups = rights.calendar(by=request.actor, now=request.now)
    context = {
        "groups": [
            (group.code, str(GROUPS[group.code]), [(each, str(KINDS[each.kind]), each.left(today)) for each in group.duties])
            for group in groups
        ],
        "own": rights.Own.values,
        "machine": rights.Machine.values,
        "may_open": may_open,
        "total": sum(len(group.duties) for group in groups),
    }
    return door.render(request, "desk/duties/duties.html", context)


@require_POST
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def done(request: door.DeskRequest) -> HttpResponse:
    """登记已完成: one of the office's own duties."""
    rights.done(by=request.actor, kind=request.POST.get("kind", ""), now=request.now)
    messages.success(request, _("已登记，下一次到期时会再出现。"))
    return door.redirect("/desk/duties/")
