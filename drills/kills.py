"""Processes and the database killed at random during mixed work; then nothing is broken, and nothing that was told is lost."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from typing import TYPE_CHECKING, Any

from drills import _home
from drills._home import say

if TYPE_CHECKING:
    from drills._carrier import Carrier
    from drills._people import Told
    from drills._processes import Company
    from tests.cast import Cast, Someone

VICTIMS = ("desk", "portal", "worker", "dialer", "keeper", "database")
SETTLES = 300.0
CLOCKS = 2.0  # seconds between a hand-over that was cut off and the moment at which the carrier had read it


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/drill kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many (200)")
    parser.add_argument("--members", type=int, default=150, help="members in the pool (150)")
    parser.add_argument("--pause", type=float, default=1.5, help="seconds between two kills, at most (1.5)")
    parser.add_argument(
        "--minutes", type=float, default=60, help="so long at most, with as many kills as there have been by then (60)"
    )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of all that is random")
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    from drills._carrier import Carrier

    with Carrier() as carrier, _home.prepared(**_environment(carrier)):
        broken, figures = _drill(asked, carrier)
    for line in broken:
        print(line)
    print(
        json.dumps(
            {"violations": len(broken), "seed": asked.seed, **figures, "python": sys.version.split()[0]}, ensure_ascii=False
        )
    )
    return 1 if broken else 0


def _environment(carrier: Carrier) -> dict[str, str]:
    from tests.server import free_port

    desk = free_port()
    return {
        "HONGXIAN_PORT": str(desk),
        "HONGXIAN_PORTAL_PORT": str(free_port()),
        "HONGXIAN_GATEWAY_CALLBACKS": f"http://127.0.0.1:{desk}",
        "HONGXIAN_SMS_GATEWAY": "kannel",
        "HONGXIAN_KANNEL_URL": carrier.address,
        "HONGXIAN_CALL_GATEWAY": "loopback",
        "HONGXIAN_SMS_UNKNOWN_HOURS": "1",
    }


def _drill(asked: argparse.Namespace, carrier: Carrier) -> tuple[list[str], dict[str, Any]]:
    from drills._people import People
    from drills._processes import Company

    names = ("HONGXIAN_PORT", "HONGXIAN_PORTAL_PORT")
    company = Company({name: os.environ[name] for name in names})
    dice = random.Random(asked.seed)
    begun = time.monotonic()
    try:
        company.start()
        cast, members, version_id = _fill(asked.members)
        ports = {"desk": int(os.environ[names[0]]), "portal": int(os.environ[names[1]])}
        people = People(cast, seed=asked.seed, version_id=version_id, members=members, **ports)
        people.start()
        kills = _kill(company, dice, asked)
        people.stop()
        seconds = time.monotonic() - begun
        _settle(company, cast)
        broken = _audit(cast, people.told, carrier, {each.member_id: each for each in members})
    finally:
        company.stop()
    told = dict(sorted(people.told.counts.items()))
    return broken, {
        "kills": kills,
        "restarts": company.restarts,
        "seconds": round(seconds),
        "told": told,
        "texts": len(carrier.taken),
    }


def _fill(count: int) -> tuple[Cast, list[Someone], int]:
    from hongxian.visits import rooms
    from tests.cast import Cast, now, run
    from tests.conftest import signed_in_as
    from tests.outreach.conftest import zone_at_noon
    from tests.outreach.messages import version_of

    cast = Cast(timezone=zone_at_noon())
    for name in ("hu", "ma"):
        cast._join(name, store=cast.east, team=cast.team, role="consultant", tier="X")
    for person in cast.people.values():
        run("UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=f"8{person.staff_id}", id=person.staff_id)
    with signed_in_as("desk"):
        for name in ("一号", "二号", "三号", "四号"):
            rooms.open_room(by=cast.zheng.actor(), name=name, now=now())
    say(f"{count} members …")
    members = [cast.member(pooled=True) for _ in range(count)]
    return cast, members, version_of(body="{alias}您好，想和您约个时间聊聊。", uses=("hand", "library"))


def _kill(company: Company, dice: random.Random, asked: argparse.Namespace) -> dict[str, int]:
    """One after the other; every one of the victims is met before any is met twice as often as it."""
    time.sleep(2)
    done: dict[str, int] = {}
    bag: list[str] = []
    until = time.monotonic() + asked.minutes * 60
    for number in range(1, asked.kills + 1):
        if time.monotonic() > until:
            say(f"time is up after {number - 1} of {asked.kills}")
            break
        if not bag:
            bag = list(VICTIMS)
            dice.shuffle(bag)
        what = company.kill(bag.pop(), dice)
        done[what] = done.get(what, 0) + 1
        if number % 10 == 0 or asked.kills < 20:
            say(f"  {number:4} of {asked.kills}   {what}")
        time.sleep(dice.uniform(0, asked.pause))
        company.look_after()
        if dice.random() < 0.4:
            company.await_ready()
            time.sleep(dice.uniform(0, asked.pause))  # work, whole and at full speed
    return done


def _settle(company: Company, cast: Cast) -> None:
    """Everything is up; what was under way comes to its end."""
    from hongxian.cli import company as installation
    from hongxian.cli import roles

    say("settling …")
    query = b"""
        SELECT (SELECT count(*) FROM outreach_message WHERE city_id = %(c)s AND state IN ('waiting', 'handing', 'handed')),
               (SELECT count(*) FROM outreach_placedcall WHERE city_id = %(c)s AND state <> 'ended'),
               (SELECT count(*) FROM outreach_arrived WHERE done_at IS NULL),
               (SELECT count(*) FROM intake_run WHERE city_id = %(c)s AND state IN ('queued', 'running'))
    """
    deadline = time.monotonic() + SETTLES
    left: Any = None
    while time.monotonic() < deadline:
        company.look_after()
        company.await_ready()
        with installation.site().connect(roles.OWNER) as owner:
            left = owner.execute(query, {"c": cast.city_id}).fetchone()
        if not any(left):
            time.sleep(3)
            return
        time.sleep(1)
    say(f"not settled: texts, calls, arrivals, imports {left}")


def _audit(cast: Cast, told: Told, carrier: Carrier, members: dict[int, Someone]) -> list[str]:
    """The product's own audit, and what only a drill can know: what pages told, and what the carrier got when."""
    from datetime import UTC, datetime

    from django.db import connections

    from drills import _confirmed
    from hongxian.cli import checking
    from hongxian.cli.management.commands.check import as_lines

    say("auditing …")
    connections.close_all()  # the server that they led to is gone
    found = checking.check(now=datetime.now(UTC), days=3)
    lines = as_lines(found) if found else []
    lines += [*told.errors, *_confirmed.lost(cast, told, members)]
    return [*lines, *_confirmed.at_the_carrier(carrier, members, within=CLOCKS)]


if __name__ == "__main__":
    sys.exit(main())
