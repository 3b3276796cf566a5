"""`{% load portal %}`: stores, ways and bases in the visitor's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from hongxian.portal.sources import Source

register = template.Library()


@register.filter
def store_name(source: Source, language: str) -> str:
    """The store's name in the page's language."""
    return source.store_name_en if language == "en" else source.store_name


@register.filter
def city_name(source: Source, language: str) -> str:
    """The city's name in the page's language."""
    return source.city_name_en if language == "en" else source.city_name


@register.filter
def way_in_words(way: str, language: str) -> str:  # noqa: ARG001 - the page's language is in force already
    """How a record came in, as the store's books say it."""
    if way == "registration":
        return _("到店登记")
    if way == "partner":
        return _("合作网站登记，由您在那里填写")
    return _("门店名单导入，来源：%s") % way if way else _("门店名单导入，名单上没有写来源")


@register.filter
def basis_in_words(evidence: str, language: str) -> str:  # noqa: ARG001 - see above
    """What a consent rests on."""
    return _("您在“我的数据”里亲自同意") if evidence == "portal" else evidence
