"""`{% load campaigns %}`: campaigns, their texts' states and the reasons of the gate in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongxian.outreach.reasons import REASONS

register = template.Library()

STATES = {
    "asked": (gettext_lazy("等待批准"), "yellow"),
    "refused": (gettext_lazy("未批准"), "red"),
    "approved": (gettext_lazy("已批准，待排队"), "blue"),
    "planning": (gettext_lazy("排队中"), "blue"),
    "sending": (gettext_lazy("发送中"), "blue"),
    "paused": (gettext_lazy("已暂停"), "yellow"),
    "stopped": (gettext_lazy("已停止"), "secondary"),
    "done": (gettext_lazy("已完成"), "green"),
}
TEXTS = {
    "waiting": gettext_lazy("等待发送"),
    "handing": gettext_lazy("正在交给网关"),
    "handed": gettext_lazy("网关已收"),
    "delivered": gettext_lazy("已送达"),
    "failed": gettext_lazy("未送达"),
    "unknown": gettext_lazy("结果不明"),
    "dropped": gettext_lazy("发送前被闸门拦下"),
    "stopped": gettext_lazy("已停止，未发送"),
}
KINDS = {"service": gettext_lazy("服务类"), "promotion": gettext_lazy("营销类")}
AUDIENCES = {"library": gettext_lazy("名下的会员"), "unheld": gettext_lazy("公海里无人负责的会员")}
FEW = gettext_lazy("人数不足 20，不分列原因")


@register.filter
def campaign_state(code: str) -> str:
    """What a campaign's state is called."""
    return str(STATES[code][0])


@register.filter
def campaign_colour(code: str) -> str:
    """The colour of a campaign's badge."""
    return STATES[code][1]


@register.filter
def text_state(code: str) -> str:
    """What a text's state is called."""
    return str(TEXTS.get(code, code))


@register.filter
def wording_kind(code: str) -> str:
    """Service or promotion."""
    return str(KINDS.get(code, code))


@register.filter
def audience_name(code: str) -> str:
    """Whom a campaign is meant for."""
    return str(AUDIENCES.get(code, code))


@register.filter
def left_out_for(code: str) -> str:
    """Why the gate leaves somebody out, in words."""
    if code == "few":
        return str(FEW)
    return str(REASONS.get(code) or _("其他原因（%s）") % code)


@register.filter
def cost_of(texts: int, fen: int) -> str:
    """What so many texts cost, in yuan: 12.50."""
    return f"{texts * fen / 100:,.2f}"
