"""`{% load design %}`: icons, badges, bars, and numbers and times as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django import template
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hongxian.design import sprite, wording

register = template.Library()

GRADES = "ABCDE"


class Frame(Protocol):
    """What these tags read from the context processor's `company`."""

    @property
    def now(self) -> datetime: ...


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon; it is decoration unless `label` says what it means."""
    address = static("hongxian/icons.svg") + "#" + sprite.check(name)
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def key(name: str) -> SafeString:
    """Draw a key cap; the shortcut itself is the element's `data-key`."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', name)


@register.simple_tag
def grade(letter: str) -> SafeString:
    """Draw a member's grade, A to E; anything else is shown as not graded."""
    if letter not in GRADES or len(letter) != 1:
        return format_html('<span class="hx-grade hx-grade-none" title="{}">–</span>', _("未评级"))
    return format_html('<span class="hx-grade hx-grade-{}" title="{}">{}</span>', letter.lower(), _("等级 %s") % letter, letter)


@register.inclusion_tag("design/_empty.html")
def empty_state(title: str, text: str = "", *, icon: str = "inbox", url: str = "", action: str = "") -> dict[str, str]:
    """Say that there is nothing here, why, and what to do next."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.inclusion_tag("design/_quota.html")
def quota(label: str, used: int, cap: int) -> dict[str, Any]:
    """Draw how much of a quota is left; it turns amber at the last fifth and red when spent."""
    left = max(cap - used, 0)
    state = "spent" if left == 0 else "low" if left * 5 <= cap else "fine"
    return {"label": label, "used": used, "cap": cap, "left": left, "state": state}


@register.inclusion_tag("design/_percent.html")
def percent_bar(label: str, part: float, whole: float = 100) -> dict[str, Any]:
    """Draw a share as a bar with its number; nothing out of nothing is 0 %."""
    percent = round(100 * part / whole) if whole else 0
    return {"label": label, "percent": max(0, min(percent, 100))}


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime) -> SafeString:
    """Write a day and time: 11月24日 周二 14:05."""
    return _time(at, wording.moment(at, _language(), now=_now(context)), title="")


@register.simple_tag(takes_context=True)
def ago(context: template.Context, at: datetime) -> SafeString:
    """Write how long ago: 3 分钟前; the exact moment shows on pointing at it."""
    now = _now(context)
    return _time(at, wording.ago(at, _language(), now=now), title=wording.moment(at, _language(), now=now))


@register.simple_tag(takes_context=True)
def day(context: template.Context, on: date) -> SafeString:
    """Write a date with its weekday: 11月24日 周二; of a moment, the company's day."""
    on = timezone.localdate(on) if isinstance(on, datetime) else on
    text = wording.day(on, _language(), today=timezone.localdate(_now(context)))
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), text)


@register.filter
def clock(at: datetime) -> str:
    """Write the time of day: 14:05."""
    return wording.clock(at)


@register.filter
def number(value: float) -> str:
    """Write 10,240."""
    return wording.number(value)


@register.filter
def rough(value: int) -> str:
    """Write 12.3万 or 123k."""
    return wording.rough(value, _language())


@register.filter
def duration(length: timedelta | int) -> str:
    """Write 1分05秒 or 1 min 05 s."""
    return wording.duration(length, _language())


@register.filter
def height(centimetres: int) -> str:
    """Write 172厘米 or 172 cm."""
    return wording.height(centimetres, _language())


@register.filter
def lookup(mapping: Mapping[str, str] | None, name: str) -> str:
    """Read one entry of a mapping by a name known only at the time; nothing when it isn't there."""
    return (mapping or {}).get(name, "")


def _time(at: datetime, text: str, *, title: str) -> SafeString:
    if title:
        return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), title, text)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)


def _now(context: template.Context) -> datetime:
    """The moment at which the page is made, the same for every time on it."""
    frame: Frame = context["company"]
    return frame.now


def _language() -> str:
    return translation.get_language() or "zh-hans"
