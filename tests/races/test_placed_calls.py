"""Calls counted while sessions are cut off at any moment: what the tallies say is what the rows say."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, connection

from hongxian.cli import company
from hongxian.outreach import calling
from hongxian.outreach.showing import ContactDenied
from tests import cast as casting
from tests.cast import Cast, Person
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon

RECOUNT = """
    SELECT call.staff_id, spans.span, date_trunc(spans.span, call.at, 'Asia/Shanghai'), count(*)::int, count(call.talking_at)::int,
           coalesce(sum(greatest(0, floor(extract(epoch FROM call.ended_at - call.talking_at)))), 0)::int
      FROM outreach_placedcall AS call, (VALUES ('hour'), ('day')) AS spans (span)
     WHERE call.city_id = %(city)s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
TALLIES = """
    SELECT staff_id, span::text, begins, placed, talked, talk_seconds FROM outreach_tally
     WHERE city_id = %(city)s AND placed > 0 ORDER BY 1, 2, 3
"""
LASTS = 8.0


@pytest.fixture
def cast(company: None, settings: object) -> Cast:
    settings.CALL_GATEWAY = "loopback"  # type: ignore[attr-defined] # pytest-django's settings
    found = Cast(timezone=zone_at_noon())
    for person in (found.lan, found.mei, found.liu):
        casting.run("UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=person.employee_no, id=person.staff_id)
    return found


def test_tallies_equal_a_recount_whoever_is_cut_off_when(cast: Cast) -> None:
    ended, told = threading.Event(), Counter[str]()
    people = (cast.lan, cast.mei, cast.liu)
    members = {person.staff_id: [cast.member(held_by=person) for _ in range(40)] for person in people}

    def work(person: Person) -> None:
        dice = random.Random(person.staff_id)
        while not ended.is_set():
            member = dice.choice(members[person.staff_id])
            with suppress(calling.LineBusy, ContactDenied, Error), signed_in_as("desk"):
                calling.place(
                    by=person.actor(),
                    city_id=cast.city_id,
                    member_id=member.member_id,
                    request_key=uuid4(),
                    now=casting.now() - timedelta(minutes=dice.randint(0, 90)),
                )
                told["placed"] += 1
            line = line_of(person)
            for state, cause, after in _story(dice) if line else ():
                with suppress(Error), signed_in_as("dialer"):
                    at, number = line[0]
                    moment = at + timedelta(seconds=after)
                    told["noted"] += calling.note(city_id=cast.city_id, at=at, id=number, state=state, cause=cause, now=moment)

    with ThreadPoolExecutor(len(people) + 1) as threads:
        working = [threads.submit(work, person) for person in people]
        cut = threads.submit(_cut_off, ended)
        time.sleep(LASTS)
        ended.set()
        for each in working:
            each.result(30)
        assert cut.result(30) > 5, "somebody was cut off"
    assert told["placed"] > 10
    assert told["noted"] > 20
    assert casting.rows(TALLIES, city=cast.city_id) == casting.rows(RECOUNT, city=cast.city_id)
    lines = casting.rows(
        "SELECT count(*) FROM outreach_busyline AS line WHERE city_id = %(c)s AND NOT EXISTS (SELECT FROM outreach_placedcall AS call"
        " WHERE call.city_id = line.city_id AND call.request_key = line.request_key AND call.state <> 'ended')",
        c=cast.city_id,
    )
    assert lines == [(0,)], "no line is held by a call that is over"
    connection.close()


def _story(dice: random.Random) -> list[tuple[str, str, int]]:
    told = [("consultant", "", 1), ("member", "", 5), ("talking", "", 9), ("ended", "member_hung_up", dice.randint(10, 200))]
    told = told if dice.random() < 0.7 else [*told[:2], ("ended", "busy", 12)]
    told += [dice.choice(told)]
    if dice.random() < 0.3:
        dice.shuffle(told)
    return told


def line_of(person: Person) -> list[Any]:
    query = (
        "SELECT call.at, call.id FROM outreach_busyline AS line JOIN outreach_placedcall AS call USING (city_id, staff_id, request_key)"
        " WHERE line.staff_id = %(i)s"
    )
    with company.site().connect("owner") as mine:
        return mine.execute(query.encode(), {"i": person.staff_id}).fetchall()


def _cut_off(ended: threading.Event) -> int:
    """Ends sessions of the desk and the dialer at random moments, as when their processes die."""
    dice, cut = random.Random(4), 0
    with company.site().connect_as_admin(company.site().database) as admin:
        while not ended.wait(dice.uniform(0.02, 0.15)):
            found = admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('hongxian_desk', 'hongxian_dialer')"
                " AND datname = current_database() ORDER BY random() LIMIT 1"
            ).fetchall()
            cut += len(found)
    return cut
