"""`{% load statistics %}`: what a line of the statistics stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from hongxian.desk import statistics_book

if TYPE_CHECKING:
    from hongxian.outreach.statistics import CallLine, TextLine

register = template.Library()


@register.filter
def label(line: TextLine | CallLine, per: str) -> str:
    """An hour, a day, a name."""
    return statistics_book.label_of(line, per)
