"""Many calls at once, from the press to the phones; and members who say no while the consultant's phone rings."""

from __future__ import annotations

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from hongxian.cli import processes
from hongxian.kernel.actor import Actor
from hongxian.kernel.refusal import Refusal
from hongxian.outreach import refusing
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.gateways.sip.office import Office, dialing, record_of
from tests.gateways.sip.phones import needs_sipp, phone, until
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [needs_sipp, pytest.mark.usefixtures("company")]
MANY = 50
_INVITED = re.compile(r"-+ (\d{4}-\d\d-\d\d)\s+([\d:.]+).*?\n\s*UDP message received.*?\nINVITE sip:([^@]+)@", re.DOTALL)


@pytest.fixture
def office(settings: Any) -> Office:
    settings.CALL_GATEWAY = "sip"
    return Office(Cast(timezone=zone_at_noon()), processes.log_file("dialer"))


def pairs(office: Office, count: int) -> list[tuple[Person, Someone]]:
    """Consultants with a phone, each with a member of theirs."""
    cast, found = office.cast, []
    for number in range(count):
        name = f"caller{number}"
        cast._join(name, role="consultant", store=cast.east, team=cast.team, tier="X")
        person = cast.people[name]
        casting.run("UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=f"8{person.staff_id}", id=person.staff_id)
        found.append((person, cast.member(held_by=person, number=f"+861380{random.randint(1000000, 9999999)}")))
    return found


def invited(trace: str) -> dict[str, float]:
    """When the trunk heard of whom, by number."""
    return {number: datetime.fromisoformat(f"{day} {at}").timestamp() for day, at, number in reversed(_INVITED.findall(trace))}


def test_fifty_at_once_each_end_as_they_should(office: Office, tmp_path: Path) -> None:
    callers = pairs(office, MANY)
    with (
        dialing(office),
        phone(tmp_path, "answers", port=office.consultants, calls=MANY) as ours,
        phone(tmp_path, "hangs_up", port=office.members, calls=MANY) as theirs,
    ):
        calls = [office.call(member, by=person) for person, member in callers]
        until(lambda: all(record_of(call)[0] == "ended" for call in calls), patience=60)
        assert [record_of(call) for call in calls] == [("ended", "member_hung_up")] * MANY
        assert ours.went_well()
        assert theirs.went_well()
    assert set(invited(theirs.seen())) == {member.number for _, member in callers}
    assert casting.rows("SELECT count(*) FROM outreach_busyline WHERE city_id = %(city)s", city=office.cast.city_id) == [(0,)]
    for _, member in callers:
        assert member.number[-8:] not in ours.seen()
        assert member.number[-8:] not in office.said()


def test_nobody_is_rung_after_their_no(office: Office, tmp_path: Path) -> None:
    """Half of them say no at some moment while the consultant's phone rings; a "no" that has committed is never followed by a ring."""
    callers = pairs(office, 24)
    noes: dict[str, float] = {}

    def say_no(member: Someone) -> None:
        time.sleep(random.uniform(0, 1.0))
        by = Actor.system("test", city_id=member.city_id)
        refusing.refuse_number(
            by=by, number_hashes=member.hashes, origin=f"race {member.member_id}", reason="refused", now=casting.now()
        )
        noes[member.number] = time.time()
        connections.close_all()

    with (
        dialing(office),
        phone(tmp_path, "answers", port=office.consultants, calls=24),
        phone(tmp_path, "hangs_up", port=office.members, calls=24) as theirs,
        ThreadPoolExecutor(12) as people,
    ):
        calls = []
        for place, (person, member) in enumerate(callers):
            if place % 2:
                people.submit(say_no, member)
            try:
                calls.append(office.call(member, by=person))
            except Refusal:  # said no before the press
                continue
        until(lambda: all(record_of(call)[0] == "ended" for call in calls), patience=60)
        rung = invited(theirs.seen())
    assert len(noes) == 12
    assert {number for number in rung if number in noes and rung[number] > noes[number]} == set()
    assert len(rung) >= 12
