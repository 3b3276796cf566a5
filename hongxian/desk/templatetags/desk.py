"""`{% load desk %}`: the trade's codes in people's words."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongxian.members import facets
from hongxian.outreach.kinds import Outcome
from hongxian.pools import grading

register = template.Library()

SAID = {
    "asked": gettext_lazy("正在呼叫您的话机"),
    "consultant": gettext_lazy("正在呼叫您的话机"),
    "member": gettext_lazy("正在呼叫会员"),
    "talking": gettext_lazy("通话中"),
    "hanging_up": gettext_lazy("正在挂断"),
}

CLASSES = {"interested": "is-good", "visit": "is-good", "refused": "is-final", "married": "is-final", "fraud": "is-final"}


@register.filter
def outcome(code: str) -> str:
    """What a call's outcome is called."""
    return str(Outcome(code).label) if code in Outcome.values else code


@register.filter
def outcome_class(code: str) -> str:
    """How the timeline marks it."""
    return CLASSES.get(code, "")


@register.filter
def sex(code: str) -> str:
    """男 or 女."""
    return facets.label("sex", code, translation.get_language() or "zh-hans")


@register.filter
def facet(code: str, name: str) -> str:
    """A facet's code in words; a dash where nothing is known."""
    return facets.label(name, code, translation.get_language() or "zh-hans")


@register.filter
def facet_at(place: int, name: str) -> str:
    """A facet's place in its order, in words."""
    return facets.label(name, facets.code_at(name, place), translation.get_language() or "zh-hans")


@register.filter
def grade_reason(card: Any) -> str:
    """Why a member has this grade."""
    if card.profiling_off:
        return _("会员关闭了评级，一律按 C 级处理。")
    return grading.explain(json.loads(card.grade_inputs)) if card.grade_inputs else ""


@register.filter
def bucket(first: int) -> str:
    """Five years or centimetres by their first and last."""
    return f"{first}–{first + 4}"


@register.filter
def call_said(state: str) -> str:
    """What a call is doing now."""
    return str(SAID.get(state, ""))


@register.filter
def mmss(seconds: int) -> str:
    """Write 3:05."""
    return f"{seconds // 60}:{seconds % 60:02d}"
