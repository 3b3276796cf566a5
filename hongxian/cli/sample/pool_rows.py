"""The pools' rows: entries, holdings with their grounds and hands, rests, former holders, the ledger, what was dealt."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hongxian.cli.sample import times
from hongxian.cli.sample.dice import happens
from hongxian.cli.sample.places import RESTS
from hongxian.cli.sample.rows import Row, episodes
from hongxian.members import facets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from hongxian.cli.sample.histories import Episode
    from hongxian.cli.sample.places import Placed
    from hongxian.cli.sample.staff import Consultant
    from hongxian.cli.sample.times import Calendar

WAITS = 30 * times.DAY
HELD_FOR = timedelta(days=7)
ORDERED = ("education", "income_band", "marital")


def entries(placed: list[Placed]) -> Iterator[Row]:
    """pools_entry."""
    places = {name: {code: facets.order_of(name, code) for code, *_ in facets.FACETS[name]} for name in ORDERED}
    for each in placed:
        member = each.member
        if not each.entered:
            continue
        since = member.episodes[-1].ended if member.episodes else times.start_of(member.given or 0) + 11 * times.HOUR
        yield (
            member.shop.city_id, member.member_id, member.pool_id, each.rank, member.sex, member.birth_year, member.height_cm or 0,
            *(places[name].get(member.facets[name], 0) for name in ORDERED), member.district, times.at(since),
        )  # fmt: skip


def holdings(placed: list[Placed], calendar: Calendar, rng: Random) -> Iterator[Row]:
    """pools_holding; `held_until` must not have passed, so it is what keeps a row here."""
    for each in placed:
        episode = each.open
        if episode is None:
            continue
        last = episode.calls[-1] if episode.calls else None
        back = _call_back(episode, calendar, rng)
        reached = [call.at for call in episode.calls if call.outcome != "no_answer"]
        yield (
            each.member.shop.city_id, each.member.member_id, episode.holder.staff_id, each.member.pool_id, episode.rank, episode.how,
            times.at(episode.begun), held_until(episode, back), back, last.outcome if last else "",
            times.at(reached[-1]) if reached else None, times.at(last.at) if last else None, _silent(episode),
        )  # fmt: skip


def held_until(episode: Episode, back: datetime | None) -> datetime:
    """Seven days from the claim or the last contact, a day beyond what was agreed."""
    contacts = [call.at for call in episode.calls if call.outcome != "no_answer"]
    until = times.at(max([episode.begun, *contacts])) + HELD_FOR
    return until if back is None else max(until, back + timedelta(days=1))


def _call_back(episode: Episode, calendar: Calendar, rng: Random) -> datetime | None:
    """Agreed in the last call: half of the call-backs fall due today, visits lie ahead."""
    last = episode.calls[-1] if episode.calls else None
    if last is None or last.outcome not in {"call_back", "visit"}:
        return None
    day = calendar.today
    if last.outcome == "visit" or happens(rng, 0.5):
        day += rng.randint(1, 6)
    quarter = rng.randrange(40, 80)  # from 10:00 to 19:45
    return times.at(max(times.start_of(day) + quarter * 900, last.at + 1800))


def _silent(episode: Episode) -> list[int]:
    """The parts of days without an answer since somebody last answered, as pools.resting counts them."""
    slots: list[int] = []
    for call in episode.calls:
        if call.outcome == "no_answer":
            slots.append(times.date_of(times.day_at(call.at)).toordinal() * 4 + times.slot_at(call.at))
        elif call.outcome != "busy":
            slots.clear()
    return list(dict.fromkeys(slots))


def grounds(rows: Sequence[Row]) -> Iterator[Row]:
    """vault_ground; one for each holding."""
    for city_id, member_id, staff_id, _pool, _rank, _how, _since, until, *_ in rows:
        yield city_id, member_id, staff_id, "claim", until


def hands(placed: list[Placed], consultants: list[Consultant]) -> Iterator[Row]:
    """pools_hand."""
    held = Counter(each.open.holder.staff_id for each in placed if each.open is not None)
    for each in consultants:
        yield each.city_id, each.staff_id, held[each.staff_id], each.holding_cap


def resting(placed: list[Placed]) -> Iterator[Row]:
    """pools_resting."""
    for each in placed:
        if each.rests is not None:
            until = times.at(each.rests.ended + RESTS[each.rests.reason] * times.DAY)
            yield each.member.shop.city_id, each.member.member_id, each.member.pool_id, until, each.rests.reason


def former(placed: list[Placed], calendar: Calendar) -> Iterator[Row]:
    """pools_former; those who still wait."""
    waiting: dict[tuple[int, int, int, int], int] = {}
    for each, episode in episodes(placed):
        if episode.ended and episode.ended + WAITS > calendar.now:
            holder = episode.holder
            key = (holder.city_id, each.member.member_id, holder.staff_id, holder.team_id)
            waiting[key] = max(episode.ended + WAITS, waiting.get(key, 0))
    for key, until in waiting.items():
        yield *key, times.at(until)


def ledger(placed: list[Placed], managers: dict[int, int]) -> Iterator[Row]:
    """pools_ledger; `managers` are those of teams."""
    for each, episode in episodes(placed):
        member, holder, mate = each.member, episode.holder, episode.mate
        where = (member.pool_id, member.kind)

        def row(at: int, move: str, by: int, charged: int = 0, reason: str = "", staff_id: int = 0) -> Row:
            to = staff_id or holder.staff_id  # noqa: B023 # used up at once
            day = times.date_of(times.day_at(at))
            return member.shop.city_id, times.at(at), day, move, member.member_id, to, by, *where, charged, reason  # noqa: B023

        if mate is not None:
            yield row(episode.mate_begun, "claimed", mate.staff_id, episode.charged, staff_id=mate.staff_id)
            yield row(episode.begun, "reassigned", managers.get(holder.team_id, 0), reason=f"from {mate.staff_id}")
        elif episode.how == "dealt":
            yield row(episode.begun, "dealt", 0)
        else:
            yield row(episode.begun, "claimed", holder.staff_id, episode.charged)
        if episode.ended:
            by = 0 if episode.move == "recycled" else holder.staff_id
            yield row(episode.ended, episode.move, by, reason=episode.reason)


def dealt(placed: list[Placed]) -> Iterator[Row]:
    """pools_dealt."""
    found: Counter[tuple[int, int, int]] = Counter()
    for _, episode in episodes(placed):
        if episode.how == "dealt":
            found[episode.holder.city_id, episode.holder.store_id, times.day_at(episode.begun)] += 1
    for (city_id, store_id, day), count in found.items():
        yield city_id, store_id, times.date_of(day), times.at(times.start_of(day) + 8 * times.HOUR + 1820), count


def quotas(used: dict[tuple[int, int, int, str], int], consultants: list[Consultant]) -> Iterator[Row]:
    """pools_quota. A day's first claim makes the rows of both kinds."""
    by_id = {each.staff_id: each for each in consultants}
    for city_id, staff_id, day in sorted({key[:3] for key in used}):
        each = by_id[staff_id]
        for kind, cap in each.caps.items():
            spent = used.get((city_id, staff_id, day, kind), 0)
            yield city_id, staff_id, times.date_of(day), kind, cap, spent, each.floor
