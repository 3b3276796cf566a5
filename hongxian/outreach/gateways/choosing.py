"""Which gateway carries texts here, as the settings say, and what the pages say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.labels import PLAIN
from hongxian.outreach.gateways.kannel import Kannel
from hongxian.outreach.gateways.loopback import KannelInDemo, Loopback

if TYPE_CHECKING:
    from hongxian.outreach.gateways.port import TextGateway

NAMES = ("kannel", "loopback", "none")


@dataclass(frozen=True, slots=True)
class Standing:
    """The gateway at work: `stand_in` where no text leaves this machine, `there` where texts can be sent at all."""

    name: Annotated[str, PLAIN]
    stand_in: Annotated[bool, PLAIN]
    there: Annotated[bool, PLAIN]
    words: Annotated[str, PLAIN]


def standing() -> Standing:
    """What to say on a page about where texts go."""
    name = settings.SMS_GATEWAY
    stand_in = name == "loopback" or (name == "kannel" and settings.KANNEL_STAND_IN)
    words = {
        "kannel": _("短信经 Kannel 发往运营商。"),
        "loopback": _("演示通道：短信只写入本机，不会发出。"),
        "none": _("没有短信通道，不能发送短信。"),
    }[name]
    if name == "kannel" and stand_in:
        words = _("演示通道：短信经本机的 Kannel，在其回环接口为止，不会发出。")
    return Standing(name=name, stand_in=stand_in, there=name != "none", words=str(words))


def text_gateway() -> TextGateway | None:
    """The gateway of the settings, made anew; None where there is none."""
    if settings.SMS_GATEWAY == "loopback":
        return Loopback()
    if settings.SMS_GATEWAY == "kannel":
        kind = KannelInDemo if settings.KANNEL_STAND_IN else Kannel
        return kind(
            url=settings.KANNEL_URL,
            user=settings.KANNEL_USER,
            password=settings.KANNEL_PASSWORD,
            status_url=settings.KANNEL_STATUS_URL,
            sender=settings.SMS_SENDER,
            stand_in=settings.KANNEL_STAND_IN,
        )
    return None
