"""The dialer's process with the cloud: from the press to the binding, and back through the cloud's own words."""

from __future__ import annotations

from typing import Any

import pytest

from hongxian.cli import processes
from hongxian.outreach import dialling
from tests import cast as casting
from tests.cast import Cast
from tests.gateways.cloud.server import KEY, SECRET, CloudServer
from tests.gateways.sip.office import Office, dialing, reaches, record_of
from tests.outreach.conftest import zone_at_noon

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def office(settings: Any) -> Office:
    settings.CALL_GATEWAY = "cloud"
    cast = Cast(timezone=zone_at_noon())
    phone = f"+86138{cast.lan.staff_id:08d}"
    casting.run("UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=phone, id=cast.lan.staff_id)
    return Office(cast, processes.log_file("dialer"))


def test_carries_a_call_from_the_press_to_its_end(office: Office) -> None:
    member = office.member()
    with CloudServer() as server:
        here = {
            "HONGXIAN_CALL_GATEWAY": "cloud",
            "HONGXIAN_CALL_CLOUD_URL": server.url,
            "HONGXIAN_CALL_CLOUD_KEY": KEY,
            "HONGXIAN_CALL_CLOUD_SECRET": SECRET,
        }
        with dialing(office.by_way_of(here)):
            call = office.call(member)
            ref = dialling.ref_of(city_id=call.city_id, at=call.at, id=call.id)
            server.happens(ref, "a_ringing", "a_answered", "b_ringing", "b_answered")
            [binding] = server.bindings.values()
            assert binding["b"] == member.number
            reaches(call, "talking")
            server.releases(ref, "a", "hang_up")
            reaches(call, "ended")
        assert record_of(call, "cause, gateway, gateway_ref") == ("consultant_hung_up", "cloud", "c1")
        assert server.unbound == ["b1"]
    assert not [secret for secret in member.secrets if secret in office.said()]
