"""`{% load letters %}`: buckets and levels in words."""

from __future__ import annotations

from django import template
from django.utils import translation

from hongxian.members import facets

register = template.Library()
WIDTH = 5


@register.filter
def bucket(first: int) -> str:
    """Five years or centimetres by their first and last."""
    return f"{first}–{first + WIDTH - 1}"


@register.filter
def level(code: str) -> str:
    """A level of education in the page's language."""
    return facets.label("education", code, translation.get_language() or "zh")
