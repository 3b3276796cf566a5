"""`{% load asked %}`: requests, complaints and their clocks in the visitor's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongxian.consent import wording
from hongxian.rights import kinds, telling
from hongxian.rights.requesting import REMIND_BEFORE, WORKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

register = template.Library()


@register.filter
def asked_kind(code: str) -> str:
    """What is asked for."""
    return telling.label(kinds.Kind, code)


@register.filter
def asked_about(code: str) -> str:
    """What a complaint is about."""
    return telling.label(kinds.About, code)


@register.filter
def asked_what(code: str) -> str:
    """A line of a history."""
    return telling.label(kinds.What, code)


@register.filter
def asked_reason(code: str) -> str:
    """Why it was refused."""
    return telling.label(kinds.RefusalReason, code)


@register.filter
def asked_route(code: str) -> str:
    """Where to complain."""
    return telling.label(kinds.Route, code)


@register.filter
def asked_who(event: Any) -> str:
    """Who did it: the visitor, a colleague of ours under the alias, or the system."""
    return telling.whose(event, person=_("您"))


@register.filter
def asked_fields(names: Sequence[str]) -> str:
    """Fields of the catalogue in words."""
    return wording.fields(names, translation.get_language() or "zh-hans")


@register.inclusion_tag("portal/requests/_clock.html")
def asked_clock(left: int) -> dict[str, Any]:
    """Draw how much of the fifteen working days is left, full and red when none is, and say it: the same clock that we see."""
    state = "late" if left < 0 else "soon" if left <= REMIND_BEFORE else "fine"
    if left < 0:
        text = ngettext("我们已经超期 %d 个工作日", "我们已经超期 %d 个工作日", -left) % -left
    elif left == 0:
        text = _("今天是最后一天")
    else:
        text = ngettext("还有 %d 个工作日", "还有 %d 个工作日", left) % left
    return {"state": state, "text": text, "value": min(WORKDAYS, left) if left > 0 else WORKDAYS, "most": WORKDAYS}
