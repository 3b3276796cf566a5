"""The demo's phones: sipp plays the office's exchange and the trunk, by the number's last digit; nobody's phone rings."""

from __future__ import annotations

import random
from typing import Any

import pytest

from hongxian.cli import demo_phones, processes
from tests import cast as casting
from tests.cast import Cast
from tests.gateways.sip.office import Office, dialing, reaches, record_of
from tests.gateways.sip.phones import needs_sipp
from tests.outreach.conftest import zone_at_noon

pytestmark = [needs_sipp, pytest.mark.usefixtures("company")]


@pytest.fixture
def office(settings: Any) -> Office:
    settings.CALL_GATEWAY = "sip"
    cast = Cast(timezone=zone_at_noon())
    casting.run("UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=f"8{cast.lan.staff_id}", id=cast.lan.staff_id)
    return Office(cast, processes.log_file("dialer"))


def test_each_plays_its_part(office: Office) -> None:
    phones = demo_phones.for_demo()
    assert phones is not None
    assert phones.environment()["HONGXIAN_CALL_STAND_IN"] == "1"
    with phones, dialing(office.by_way_of(phones.environment())):
        for digit, cause in (("0", "busy"), ("2", "invalid"), ("3", "rejected"), ("9", "nine")):
            call = office.call(office.member(number=f"+8613800{random.randint(13000, 13999)}{digit}"))
            reaches(call, "ended")
            assert record_of(call) == ("ended", cause)
        call = office.call(office.member(number=f"+8613800{random.randint(13000, 13999)}5"))
        reaches(call, "talking")


def test_there_are_none_without_sipp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert demo_phones.for_demo() is None
