"""`{% load visits %}`: states of visits and contracts, and money, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext_lazy as _

from hongxian.sales import signing
from hongxian.visits import receiving

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

register = template.Library()
VISITS: dict[str, tuple[str | _StrPromise, str]] = {
    "booked": (_("已预约"), "bg-yellow-lt"),
    "confirmed": (_("已确认"), "bg-blue-lt"),
    "arrived": (_("已到店"), "bg-green-lt"),
    "no_show": (_("未到"), "bg-red-lt"),
    "cancelled": (_("已取消"), "bg-secondary-lt"),
}
CONTRACTS: dict[str, tuple[str | _StrPromise, str]] = {
    "filed": (_("待核对"), "bg-yellow-lt"),
    "signed": (_("生效中"), "bg-green-lt"),
    "declined": (_("未通过"), "bg-red-lt"),
    "cancelled": (_("已解除"), "bg-secondary-lt"),
    "ended": (_("已到期"), "bg-secondary-lt"),
}
GONE = {"gone": _("会员不再可联系"), "erased": _("会员资料已删除")}
FEN, WAN = 100, 10_000


@register.filter
def visit_state(state: str) -> str | _StrPromise:
    """What a visit's state is called."""
    return VISITS.get(state, (state, ""))[0]


@register.filter
def visit_colour(state: str) -> str:
    """The class of a visit's badge."""
    return VISITS.get(state, ("", ""))[1]


@register.filter
def contract_state(state: str) -> str | _StrPromise:
    """What a contract's state is called."""
    return CONTRACTS.get(state, (state, ""))[0]


@register.filter
def contract_colour(state: str) -> str:
    """The class of a contract's badge."""
    return CONTRACTS.get(state, ("", ""))[1]


@register.filter
def reason(code: str) -> str | _StrPromise:
    """Why a visit was called off, or a contract declined or cancelled."""
    known = {**GONE, **receiving.REASONS, **signing.DECLINED, **signing.CANCELLED}
    return known.get(code, code)


@register.filter
def yuan(fen: int) -> str:
    """An amount: ¥ 6,980, and fen only where there are some."""
    whole, rest = divmod(fen, FEN)
    return f"¥ {whole:,}.{rest:02d}" if rest else f"¥ {whole:,}"


@register.filter
def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{100 * share:.0f} %"
