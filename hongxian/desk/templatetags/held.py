"""`{% load held %}`: one line of the worklist. Two hundred of them are drawn at once, so it is not a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hongxian.design.templatetags.design import ago, grade, icon, moment
from hongxian.desk.templatetags.desk import outcome
from hongxian.members.records import resource_no

if TYPE_CHECKING:
    from hongxian.outreach.worklist import Held

register = template.Library()

LINE = (
    '<li><a class="hx-worklist-item{}" href="/desk/member/{}/{}/"{}>{}<span><span class="hx-item-title">{}</span>'
    '<span class="hx-item-meta">{}</span></span><span class="hx-item-end">{}</span></a></li>'
)
NOTHING = SafeString("")


@register.simple_tag(takes_context=True)
def held_line(context: template.Context, each: Held, current: int) -> SafeString:
    """Draws a held member: how to address them, how it stands, what is due."""
    return format_html(
        LINE,
        " is-done" if each.done_today and not each.due and not each.unfiled else "",
        each.city_id,
        each.member_id,
        SafeString(' aria-current="true"') if each.member_id == current else NOTHING,
        grade(each.grade),
        " · ".join(
            str(part)
            for part in (each.alias or resource_no(each.city_code, each.member_id), each.birth_year, each.district)
            if part
        ),
        _state(context, each),
        _end(each),
    )


def _state(context: template.Context, each: Held) -> str | SafeString:
    if not each.speaks:
        return _("不可联系：没有有效授权")
    if each.call_back_at is not None:
        return format_html("{} {}", _("约定"), moment(context, each.call_back_at))
    if each.last_outcome and each.last_tried_at is not None:
        return format_html("{} · {}", outcome(each.last_outcome), ago(context, each.last_tried_at))
    return _("还没有联系")


def _end(each: Held) -> str | SafeString:
    if each.unfiled:
        return format_html('<span class="badge bg-orange-lt">{}</span>', _("待登记"))
    if each.due:
        return format_html('<span class="badge bg-red-lt">{}</span>', _("到时间了"))
    if each.done_today:
        return format_html('{}<span class="visually-hidden">{}</span>', icon("circle-check"), _("今天已联系"))
    return _("%(n)s 次无应答") % {"n": each.silent} if each.silent else ""
