"""`{% load looks %}`: a trace in the words of the person whom it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import translation

from hongxian.consent import wording
from hongxian.consent.purposes import catalogue
from hongxian.kernel.permissions import ROLE_NAMES, Role
from hongxian.portal import looks_words as words
from hongxian.portal.door import chinese

if TYPE_CHECKING:
    from hongxian.portal.looking import Look

register = template.Library()


@register.filter
def did(look: Look) -> str:
    """What was done; of a denied try, what would have been."""
    said = str(words.ACTIONS.get(look.action, words.OTHER))
    return said.replace("了", "", 1) if look.denied and chinese() else said


@register.filter
def seen(look: Look) -> str:
    """The fields in words; empty where none were named."""
    return wording.fields(look.fields, translation.get_language() or "zh-hans")


@register.filter
def why(look: Look) -> str:
    """The purpose in words."""
    purpose = catalogue().purposes.get(look.purpose)
    return look.purpose if purpose is None else purpose.zh if chinese() else purpose.en


@register.filter
def law(look: Look) -> str:
    """On what the purpose rests, and the law."""
    purpose = catalogue().purposes.get(look.purpose)
    return "" if purpose is None else purpose.law


@register.filter
def refusal(look: Look) -> str:
    """Why it was denied."""
    return str(words.REASONS.get(look.reason, words.OTHER_REASON))


@register.filter
def place(look: Look) -> str:
    """The store's name."""
    return look.store_name if chinese() or not look.store_name_en else look.store_name_en


@register.filter
def role_name(look: Look) -> str:
    """The role in words."""
    try:
        return str(ROLE_NAMES[Role(look.role)])
    except ValueError:
        return look.role


@register.filter
def whose(who: str) -> str:
    """The word of a filter."""
    return str(words.WHO[who])
