"""`{% load cases %}`: suspicions and cases in words."""

from __future__ import annotations

from django import template

from hongxian.safety import kinds

register = template.Library()


@register.filter
def case_kind(code: str) -> str:
    """What somebody is suspected of."""
    return str(kinds.Kind(code).label) if code in kinds.Kind.values else code


@register.filter
def case_about(code: str) -> str:
    """Whom it is about, in one word."""
    return str(kinds.ABOUT.get(code, code))


@register.filter
def case_state(code: str) -> str:
    """How it stands."""
    return str(kinds.STATES.get(code, code))


@register.filter
def case_event(code: str) -> str:
    """What was done."""
    return str(kinds.EVENTS.get(code, code))


@register.filter
def case_result(code: str) -> str:
    """What came of it."""
    return str(kinds.Result(code).label) if code in kinds.Result.values else code
