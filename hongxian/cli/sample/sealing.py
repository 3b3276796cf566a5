"""What names a person, sealed to the keeper by the vault; and the notes that consultants wrote on those whom they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.cli.sample import names, times
from hongxian.cli.sample.dice import happens
from hongxian.cli.sample.histories import CONNECTED
from hongxian.cli.sample.rows import episodes
from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Role
from hongxian.vault import noting, storing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from hongxian.cli.sample.people import Member
    from hongxian.cli.sample.places import Placed

BATCH, WRITTEN = 2000, 0.7


def seal_members(placed: list[Placed], now: datetime, progress: Callable[[float], None]) -> None:
    """One envelope a member, in batches of one city."""
    by_city: dict[int, list[storing.Letter]] = {}
    for each in placed:
        by_city.setdefault(each.member.shop.city_id, []).append(storing.Letter(each.member.member_id, _texts(each.member)))
    done = 0
    for city_id, letters in by_city.items():
        for start in range(0, len(letters), BATCH):
            storing.store(city_id=city_id, letters=letters[start : start + BATCH], now=now)
            done += BATCH
            progress(min(1.0, done / len(placed)))


def write_notes(placed: list[Placed], rng: Random) -> None:
    """Notes on most of the calls that reached somebody who is held now."""
    for each, episode in episodes(placed):
        if episode.ended:
            continue
        holder = Actor(staff_id=episode.holder.staff_id, role=Role.CONSULTANT, city_id=episode.holder.city_id)
        for call in episode.calls:
            if call.outcome in CONNECTED and happens(rng, WRITTEN):
                noting.add_note(
                    by=holder,
                    city_id=holder.city_id,
                    member_id=each.member.member_id,
                    text=rng.choice(names.NOTES),
                    now=times.at(call.at),
                )


def _texts(member: Member) -> dict[str, str]:
    return {
        "alias": member.alias,
        "name": member.name,
        "number": member.number,
        "wechat": member.wechat,
        "birth": times.date_of(member.birth).isoformat(),
        "criteria": member.criteria,
        "remark": member.remark,
    }
