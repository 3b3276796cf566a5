"""显示号码: until calls go through a gateway, the holder sees one number for one minute, against a permit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.outreach import gate
from hongxian.outreach.reasons import REASONS
from hongxian.vault import asking

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor


# Reasons that say something about who asks, not about the member.
ABOUT_ASKER = frozenset({"inactive", "role", "training", "agreement", "paused", "purpose_not_live", "purpose_not_assessed"})


class ContactDenied(Refusal):
    """The gate said no; `reason` is its code. Nothing was shown, the try is in the traces."""

    code = "contact_denied"
    status = 403

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS.get(reason, _("现在不能联系此会员。")))
        self.reason = reason


class CarriedByGateway(Refusal):
    """Calls go through a gateway: nobody is shown a number."""

    code = "outreach.carried_by_gateway"
    message = _("电话由公司线路拨打，不再显示号码。")


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number, to be forgotten by the page at `until`."""

    number: Annotated[str, Label("number")]
    until: Annotated[datetime, PLAIN]
    seconds: Annotated[int, PLAIN]


def show_number(*, by: Actor, city_id: int, member_id: int, now: datetime) -> ShownNumber:
    """
    Takes a permit and opens the number against it, once.

    :raises CarriedByGateway: with a call gateway nobody is shown a number; the keeper would refuse it, too.
    :raises NotFound: nobody whom this person may know of.
    :raises ContactDenied: the gate's reason.
    :raises vault.asking.KeeperAway: nothing was shown; the unused permit runs out by itself.
    :raises vault.asking.KeeperDenied: the keeper found otherwise than the gate, a moment later.
    """
    if settings.CALL_GATEWAY:
        raise CarriedByGateway
    with transaction.atomic():
        verdict = gate.permit(by=by, city_id=city_id, member_id=member_id, channel="call", now=now)
    if verdict.trace is None:
        raise ContactDenied(verdict.reason) if verdict.near or verdict.reason in ABOUT_ASKER else NotFound
    opened = asking.reveal(verdict.trace)[member_id]
    lasts = gate.PERMIT_LASTS
    return ShownNumber(number=readable(opened.get("number", "")), until=now + lasts, seconds=int(lasts.total_seconds()))


def readable(number: str) -> str:
    """A mainland number as people read it, 138 0013 8000; others as they are."""
    if number.startswith("+86") and len(number) == len("+8613800138000"):
        national = number[3:]
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    return number
