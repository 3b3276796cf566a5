"""`{% load texts %}`: templates and texts in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from hongxian.outreach import templates, wordings
from hongxian.outreach.gateways import rendering
from hongxian.outreach.reasons import REASONS

register = template.Library()
VERSION_STATES = {
    "asked": (_("等待审批"), "yellow"),
    "approved": (_("使用中"), "green"),
    "refused": (_("未批准"), "red"),
    "retired": (_("已停用"), "secondary"),
}
# Of a text: words, colour. The first two are still on their way.
STATES = {
    "waiting": (_("排队中"), "yellow"),
    "handing": (_("正在发出"), "yellow"),
    "handed": (_("已交运营商"), "blue"),
    "delivered": (_("已送达"), "green"),
    "failed": (_("未送达"), "red"),
    "unknown": (_("结果不明"), "secondary"),
    "dropped": (_("未发出"), "red"),
    "stopped": (_("已停止"), "secondary"),
}
WHY = {
    "late": _("已过最晚发送时间"),
    "restored": _("数据从备份恢复，可能已经发出"),
    "keeper": _("密库没有给出号码"),
    "unrenderable": _("内容不完整"),
    "refused_meanwhile": _("发出前会员已拒绝"),
    "gateway": _("通道未接受"),
    "no_answer": _("通道没有回答，不会自动重发"),
    "no_report": _("一直没有收到回报"),
    "sender_died": _("发出时中断，不会自动重发"),
    "undelivered": _("运营商没有送达"),
    "rejected": _("运营商拒收"),
}
HOWS = {"hand": _("手动"), "library": _("多人"), "campaign": _("群发"), "automatic": _("自动")}


@register.filter
def template_kind(code: str) -> str:
    """Service or promotion."""
    return str(templates.KINDS.get(code, code))


@register.filter
def template_uses(codes: list[str]) -> str:
    """What a template is for."""
    return " · ".join(str(wordings.USES.get(code, code)) for code in codes)


@register.filter
def version_state(code: str) -> str:
    """How a wording stands."""
    return str(VERSION_STATES[code][0]) if code in VERSION_STATES else code


@register.filter
def version_colour(code: str) -> str:
    """The badge's colour."""
    return VERSION_STATES[code][1] if code in VERSION_STATES else "secondary"


@register.filter
def text_state(code: str) -> str:
    """How a text stands."""
    return str(STATES[code][0]) if code in STATES else code


@register.filter
def text_colour(code: str) -> str:
    """The badge's colour."""
    return STATES[code][1] if code in STATES else "secondary"


@register.filter
def text_reason(code: str) -> str:
    """Why a text did not leave, or did not arrive."""
    first = code.split(" ", maxsplit=1)[0] if code else ""
    known = WHY.get(first) or REASONS.get(first)
    return str(known) if known else code


@register.filter
def text_how(code: str) -> str:
    """Who pressed."""
    return str(HOWS.get(code, code))


@register.filter
def pieces(body: str) -> list[tuple[str, str, str]]:
    """A wording in its pieces: words, or the name of a variable with what it stands for."""
    split = enumerate(rendering.PLACE.split(body))  # words and names by turns
    return [("", piece, variable(piece)) if place % 2 else (piece, "", "") for place, piece in split if piece]


@register.filter
def variable(name: str) -> str:
    """What a variable stands for."""
    return str(wordings.LABELS.get(name, name))


@register.filter
def brace(name: str) -> str:
    """A variable as it is written."""
    return f"{{{name}}}"
