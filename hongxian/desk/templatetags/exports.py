"""`{% load exports %}`: requests for files in words."""

from __future__ import annotations

from django import template
from django.utils import translation
from django.utils.translation import gettext as _

from hongxian.consent.purposes import catalogue
from hongxian.outreach import exporting

register = template.Library()


@register.filter
def export_place(code: str) -> str:
    """Which members."""
    return str(exporting.PLACES[code]) if code in exporting.PLACES else _("全部可联系的")


@register.filter
def purpose_name(code: str) -> str:
    """What a purpose is called."""
    found = catalogue().purposes.get(code)
    if found is None:
        return code
    return found.zh if (translation.get_language() or "zh").startswith("zh") else found.en
