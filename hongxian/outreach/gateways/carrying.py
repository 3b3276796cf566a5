"""Which gateway carries calls, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from hongxian.outreach.gateways import signing

if TYPE_CHECKING:
    from hongxian.outreach.gateways.calling import CallGateway, Tell


class BadSetting(ValueError):
    """A setting of calls is none that can be used."""

    code = "bad_call_setting"


def call_gateway(*, tell: Tell) -> CallGateway:
    """
    The gateway of this installation, running.

    :raises BadSetting: there is none, or its addresses are not host:port.
    """
    match settings.CALL_GATEWAY:
        case "sip":
            return _sip(tell)
        case "cloud":
            from hongxian.outreach.gateways.cloud import CloudCalls
            from hongxian.outreach.gateways.cloud_signed import Cloud

            if not settings.CALL_CLOUD_URL:
                raise BadSetting("HONGXIAN_CALL_CLOUD_URL")
            key, secret = settings.CALL_CLOUD_KEY, settings.CALL_CLOUD_SECRET
            cloud = Cloud(url=settings.CALL_CLOUD_URL, key=key, secret=secret, clock=timezone.now)
            return CloudCalls(cloud=cloud, tell=tell, clock=timezone.now, events=signing.call_address())
        case "loopback":
            from hongxian.outreach.gateways.loopback_calls import LoopbackCalls

            return LoopbackCalls(tell=tell)
        case other:
            raise BadSetting(f"no such call gateway: {other}")


def _sip(tell: Tell) -> CallGateway:
    from hongxian.outreach.gateways.sip.controller import SipGateway
    from hongxian.outreach.gateways.sip.stack import NotListening

    try:
        return SipGateway(
            listen=_address(settings.SIP_LISTEN),
            consultants=_address(settings.SIP_CONSULTANTS),
            members=_address(settings.SIP_MEMBERS),
            caller=settings.SIP_CALLER,
            tell=tell,
        )
    except NotListening as error:
        raise BadSetting(f"cannot listen on {settings.SIP_LISTEN}") from error


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise BadSetting(f"not host:port: {text}")
    return host, int(port)
