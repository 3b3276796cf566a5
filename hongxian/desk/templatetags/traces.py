"""`{% load traces %}`: words for the auditor's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import get_language

from hongxian.consent.purposes import catalogue
from hongxian.kernel.permissions import ROLE_NAMES, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

register = template.Library()


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.filter
def role_word(role: str) -> str:
    """A role's name; one that is no longer known as it stands."""
    return str(ROLE_NAMES[Role(role)]) if role in set(Role) else role


@register.filter
def purpose_word(name: str) -> str:
    """A purpose's name."""
    found = catalogue().purposes.get(name)
    return name if found is None else found.zh if _chinese() else found.en


@register.filter
def field_words(names: Sequence[str]) -> str:
    """Fields by name."""
    known = catalogue().fields
    words = [(known[each].zh if _chinese() else known[each].en) if each in known else each for each in names]
    return ("、" if _chinese() else ", ").join(words)


@register.filter
def short_hash(value: bytes) -> str:
    """The beginning of a hash."""
    return f"{bytes(value).hex()[:16]}…"


@register.filter
def key_id(key: str) -> str:
    """Which key it is."""
    return key.split("+")[1] if key.count("+") > 1 else key
