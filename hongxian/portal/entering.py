"""Signing in (登录) by a code sent to the number: asking for one, and giving it back. The keeper decides both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian import reactions
from hongxian.intake import phones
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command
from hongxian.portal import own, tracing
from hongxian.vault import asking

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.portal.door import Visit


class CannotEnter(Refusal):
    """No visit was opened."""

    code = "portal.cannot_enter"
    status = 422


class BadNumber(CannotEnter):
    """No mobile number."""

    code = "portal.bad_number"
    message = _("请填写一个手机号码。")


class TooSoon(CannotEnter):
    """One code a minute for a number."""

    code = "portal.too_soon"
    message = _("刚刚已经发过一条验证码，请等一分钟再试。")
    status = 429


class TooMany(CannotEnter):
    """Five codes a day for a number."""

    code = "portal.too_many"
    message = _("这个号码今天的验证码次数已用完，请明天再试。")
    status = 429


class WrongCode(CannotEnter):
    """Not the code; five tries are all."""

    code = "portal.wrong_code"
    message = _("验证码不对。请再看一遍短信；输错五次后需要重新获取。")


class NoCode(CannotEnter):
    """Run out, used, tried too often, or never asked for."""

    code = "portal.no_code"
    message = _("这条验证码已经失效，请重新获取。")


_end = Command("portal", "end_visit")


def number_in(text: str) -> str:
    """:raises BadNumber: nothing like a mobile number is in it."""
    reading = phones.read(cell=text)
    if reading.number is None:
        raise BadNumber
    return reading.number


def ask_code(*, number: str, now: datetime) -> None:
    """
    Has a code sent to this number. The answer is the same whether anybody knows the number or not.

    :raises BadNumber: no mobile number.
    :raises TooSoon: within a minute of the last.
    :raises TooMany: the sixth within a day.
    :raises vault.asking.KeeperAway: nothing was sent.
    """
    wanted = number_in(number)
    trace = tracing.record(visit=None, action="visit.code", purpose="rights.code", fields=["number"], now=now)
    answer = asking.send_code(trace=trace, number=wanted)
    if not answer["sent"]:
        raise TooSoon if answer["reason"] == "too_soon" else TooMany
    with transaction.atomic():
        reactions.send_codes.defer()


def enter(*, number: str, code: str, now: datetime) -> str:
    """
    Opens a visit; its token.

    :raises BadNumber: no mobile number.
    :raises WrongCode: not the code.
    :raises NoCode: there is none that is good.
    :raises vault.asking.KeeperAway: try again.
    """
    wanted = number_in(number)
    trace = tracing.record(visit=None, action="visit.enter", purpose="rights.code", fields=["number"], now=now)
    answer = asking.enter(trace=trace, number=wanted, code=code.strip())
    if not answer["entered"]:
        raise WrongCode if answer["reason"] == "wrong_code" else NoCode
    return str(answer["token"])


def leave(*, visit: Visit, now: datetime) -> None:
    """Ends the visit; its token opens nothing any more."""
    with own.visiting(visit.token):
        end(now=now)


def end(*, now: datetime) -> None:
    """Ends the visit of the surrounding transaction."""
    _end.run(now=now)
