"""`{% load runs %}`: what became of an import's rows, in people's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import translation
from django.utils.translation import gettext as _

from hongxian.design import wording

if TYPE_CHECKING:
    from hongxian.intake.queries import LineRow
    from hongxian.intake.reasons import Words

register = template.Library()


def chinese() -> bool:
    """Whether this request is answered in Chinese."""
    return wording.is_chinese(translation.get_language() or "zh-hans")


@register.filter
def said(words: Words) -> str:
    """A field and what is to be said of it, or what is to be said of the whole file."""
    field, text = (words.field_zh, words.zh) if chinese() else (words.field_en, words.en)
    if not field:
        return text
    return f"{field}：{text}" if chinese() else f"{field}: {text}"


@register.filter
def contact(line: LineRow) -> str:
    """Whether the person of a row may be contacted on the strength of that row."""
    if line.result == "refused":
        return "–"
    if line.suppressed:
        return _("不可联系：已拒绝联系")
    return _("可联系") if line.consent else _("不可联系：没有有效授权")


@register.filter
def silenced(line: LineRow) -> bool:
    """Whether a row's person is there and may not be contacted."""
    return line.result != "refused" and (bool(line.suppressed) or not line.consent)
