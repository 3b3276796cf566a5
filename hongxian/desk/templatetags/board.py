"""`{% load board %}`: cells and names of the live board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import get_language

from hongxian.desk import pictures

if TYPE_CHECKING:
    from hongxian.desk.pictures import Cell
    from hongxian.reports.work import Work

register = template.Library()


@register.filter
def cell(work: Work, name: str) -> Cell:
    """A count with its rate."""
    return pictures.cell(work, name)


@register.filter
def called(work: Work) -> str:
    """What a team or store is called in this language."""
    return work.name_en if (get_language() or "").startswith("en") and work.name_en else work.name
