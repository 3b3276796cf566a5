"""`{% load rights %}`: the privacy office's codes in people's words, and its clocks as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongxian.consent import wording
from hongxian.rights import incidents, kinds, telling
from hongxian.rights.requesting import REMIND_BEFORE, WORKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

register = template.Library()

EVENT_CLASSES = {"answered": "is-good", "refused": "is-final", "escalated": "is-final", "reopened": "is-final"}


@register.filter
def request_kind(code: str) -> str:
    """What is asked for."""
    return telling.label(kinds.Kind, code)


@register.filter
def request_state(code: str) -> str:
    """How a request stands."""
    return telling.label(kinds.State, code)


@register.filter
def refusal_reason(code: str) -> str:
    """Why it was refused."""
    return telling.label(kinds.RefusalReason, code)


@register.filter
def route(code: str) -> str:
    """Where to complain."""
    return telling.label(kinds.Route, code)


@register.filter
def about(code: str) -> str:
    """What a complaint is about."""
    return telling.label(kinds.About, code)


@register.filter
def what(code: str) -> str:
    """A line of a history."""
    return telling.label(kinds.What, code)


@register.filter
def what_class(code: str) -> str:
    """How the timeline marks it."""
    return EVENT_CLASSES.get(code, "")


@register.filter
def incident_kind(code: str) -> str:
    """What happened."""
    return telling.label(incidents.Kind, code)


@register.filter
def whose(event: Any) -> str:
    """Who did it: the person, a colleague with their role, or the system."""
    return telling.whose(event, person=_("本人"))


@register.filter
def field_names(names: Sequence[str]) -> str:
    """Fields of the catalogue in words, with commas between."""
    return wording.fields(names, translation.get_language() or "zh-hans")


@register.simple_tag
def field_name(name: str) -> str:
    """One field of the catalogue in words."""
    return field_names([name])


@register.inclusion_tag("desk/requests/_clock.html")
def clock_bar(left: int) -> dict[str, Any]:
    """Draw how much of the fifteen working days is left, full and red when none is, and say it."""
    state = "late" if left < 0 else "soon" if left <= REMIND_BEFORE else "fine"
    if left < 0:
        text = ngettext("已超期 %d 个工作日", "已超期 %d 个工作日", -left) % -left
    elif left == 0:
        text = _("今天到期")
    else:
        text = ngettext("还有 %d 个工作日", "还有 %d 个工作日", left) % left
    return {"state": state, "text": text, "value": min(WORKDAYS, left) if left > 0 else WORKDAYS, "most": WORKDAYS}
