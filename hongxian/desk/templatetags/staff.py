"""`{% load staff %}`: people who work here, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from hongxian.kernel.permissions import ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()
NAMES = {role.value: name for role, name in ROLE_NAMES.items()}


@register.filter
def role(code: str) -> str:
    """What a role is called."""
    return str(NAMES.get(code, code))


@register.filter
def of(counts: Mapping[int, int], key: int) -> int:
    """A count by its key; none is nought."""
    return counts.get(key, 0)
