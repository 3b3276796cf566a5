"""How numbers, days and times read in 中文 and in English. Pure functions: the caller says the language and the hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from django.utils import timezone

WEEKDAYS = (("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"), ("周六", "Sat"), ("周日", "Sun"))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3600, 86400
TEN_THOUSAND, HUNDRED_MILLION = 10_000, 100_000_000
THOUSAND, MILLION = 1_000, 1_000_000


def is_chinese(language: str) -> bool:
    """Whether a language code, of a page or of a header, asks for Chinese."""
    return language.lower().startswith("zh")


def number(value: float) -> str:
    """Write a number in groups of three, as both languages do in tables: 10,240."""
    return f"{value:,}"


def rough(value: int, language: str) -> str:
    """Write a large number short, rounded down so that it never promises more: 12.3万, 123.4k. Small ones stay exact."""
    steps = ((HUNDRED_MILLION, "亿"), (TEN_THOUSAND, "万")) if is_chinese(language) else ((MILLION, "M"), (TEN_THOUSAND, "k"))
    for floor, unit in steps:
        if abs(value) >= floor:
            base = THOUSAND if unit == "k" else floor
            short = (Decimal(value) / base).quantize(Decimal("0.1"), rounding=ROUND_DOWN).normalize()
            return f"{short:,f}{unit}"
    return f"{value:,}"


def clock(at: datetime) -> str:
    """Write the company's local time: 14:05."""
    return f"{_local(at):%H:%M}"


def day(on: date, language: str, *, today: date) -> str:
    """Write a date with its weekday; the year only when it isn't today's: 11月24日 周二, Tue 24 Nov."""
    chinese, english = WEEKDAYS[on.weekday()]
    if is_chinese(language):
        year = "" if on.year == today.year else f"{on.year}年"
        return f"{year}{on.month}月{on.day}日 {chinese}"
    year = "" if on.year == today.year else f" {on.year}"
    return f"{english} {on.day} {MONTHS[on.month - 1]}{year}"


def moment(at: datetime, language: str, *, now: datetime) -> str:
    """Write a day and its time: 11月24日 周二 14:05, Tue 24 Nov 14:05."""
    return f"{day(_local(at).date(), language, today=_local(now).date())} {clock(at)}"


def ago(at: datetime, language: str, *, now: datetime) -> str:
    """Say how long ago something was; from three days on its day says more. What lies ahead is given as a moment."""
    seconds = int((now - at).total_seconds())
    if seconds < -MINUTE:
        return moment(at, language, now=now)
    if seconds >= 3 * DAY:
        return day(_local(at).date(), language, today=_local(now).date())
    chinese = is_chinese(language)
    for length, zh, en in ((DAY, "天前", "d ago"), (HOUR, "小时前", "h ago"), (MINUTE, "分钟前", "min ago")):
        if seconds >= length:
            return f"{seconds // length} {zh if chinese else en}"
    return "刚刚" if chinese else "just now"


def duration(length: timedelta | int, language: str) -> str:
    """Write how long a call lasted: 1分05秒, 1 min 05 s."""
    seconds = int(length.total_seconds()) if isinstance(length, timedelta) else length
    minutes, rest = divmod(max(seconds, 0), MINUTE)
    if is_chinese(language):
        return f"{minutes}分{rest:02d}秒" if minutes else f"{rest}秒"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def height(centimetres: int, language: str) -> str:
    """Write a height with its unit: 172厘米, 172 cm."""
    return f"{centimetres}厘米" if is_chinese(language) else f"{centimetres} cm"


def _local(at: datetime) -> datetime:
    return timezone.localtime(at)
