"""What was invented, as rows of tables. Each function gives the rows of one COPY, in the order of its columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.types.json import Jsonb

from hongxian.cli.sample import times
from hongxian.cli.sample.histories import CONNECTED
from hongxian.cli.sample.places import recorded_at
from hongxian.consent import suppressing
from hongxian.consent.purposes import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from hongxian.cli.sample.histories import Call, Episode
    from hongxian.cli.sample.places import Placed

Row = tuple[Any, ...]
TALLIED = ("calls", "connects", "no_answers", "interested", "visits", "refusals")


def members(placed: list[Placed]) -> Iterator[Row]:
    """members_member."""
    for each in placed:
        one, facets = each.member, each.member.facets
        yield (
            one.shop.city_id, one.member_id, one.member_id, "live", times.at(each.suppressed) if each.suppressed else None,
            one.hashes, one.shop.store_id, one.origin, one.source, times.date_of(one.registered),
            times.at(times.start_of(one.registered) + 10 * times.HOUR), one.sex, one.birth_year, one.height_cm,
            facets["education"], facets["income_band"], facets["marital"], facets["housing"], facets["car"], one.shop.city_name,
            one.district, one.occupation, each.intends, bool(one.criteria), each.grade.letter, each.grade.score,
            Jsonb(each.grade.inputs), one.profiling_off, contact_until(each),
            times.at(each.last_contact) if each.last_contact else None, each.contacts,
        )  # fmt: skip


def contact_until(each: Placed) -> Any:
    """The last day on which the yes to calls runs; None where there is none or it was taken back."""
    member = each.member
    if member.given is None or member.withdrawn is not None:
        return None
    return times.date_of(member.given) + timedelta(days=730)


def numbers(placed: list[Placed]) -> Iterator[Row]:
    """members_number."""
    for each in placed:
        for number_hash in each.member.hashes:
            yield number_hash, each.member.shop.city_id, each.member.member_id


def receipts(placed: list[Placed]) -> Iterator[Row]:
    """consent_receipt."""
    known = catalogue().purposes
    for each in placed:
        member = each.member
        if member.given is None:
            continue
        given, recorded = times.date_of(member.given), times.at(recorded_at(member))
        for purpose in member.agreed_to:
            yield (
                member.shop.city_id, member.member_id, purpose, given, given + timedelta(days=730), member.evidence,
                known[purpose].notice_hash, f"import {member.shop.code} {member.origin}", recorded,
            )  # fmt: skip


def withdrawals(placed: list[Placed]) -> Iterator[Row]:
    """consent_withdrawal."""
    for each in placed:
        if each.member.withdrawn is not None:
            for purpose in each.member.agreed_to:
                yield each.member.shop.city_id, each.member.member_id, purpose, times.at(each.member.withdrawn), "member"


def suppressions(placed: list[Placed]) -> Iterator[Row]:
    """consent_suppression."""
    for each in placed:
        member = each.member
        if not each.refused:
            continue
        if member.said_no:
            origin = suppressing.origin_in_workbook(store_code=member.shop.code, label=member.origin, number_hashes=member.hashes)
            staff_id, store_id = 0, member.shop.store_id
        else:
            holder = member.episodes[-1].holder
            origin = f"consultant {hashlib.sha256(member.hashes[-1]).hexdigest()[:24]}"
            staff_id, store_id = holder.staff_id, holder.store_id
        for number_hash in member.hashes:
            yield number_hash, origin, each.refused, times.at(each.suppressed), staff_id, store_id


def episodes(placed: list[Placed]) -> Iterator[tuple[Placed, Episode]]:
    """Every holding there ever was."""
    return ((each, episode) for each in placed for episode in each.member.episodes)


def calls(placed: list[Placed], rng: Random, permit_ids: list[int]) -> Iterator[Row]:
    """outreach_call; each with the permit that was used for it."""
    number = 0
    for each, episode in episodes(placed):
        holder = episode.holder
        for call in episode.calls:
            key = UUID(int=rng.getrandbits(128), version=4)
            yield (
                holder.city_id, times.at(call.at), each.member.member_id, holder.staff_id, holder.team_id, holder.store_id,
                call.outcome, call.seconds, permit_ids[number], "hand", key,
            )  # fmt: skip
            number += 1


def permits(placed: list[Placed], permit_ids: list[int]) -> Iterator[Row]:
    """vault_permit: one for each call, in the same order, used."""
    number = 0
    for each, episode in episodes(placed):
        for call in episode.calls:
            issued = times.at(call.at - (call.seconds or 20) - 30)
            used = times.at(call.at - (call.seconds or 20) - 29)
            yield (
                episode.holder.city_id, permit_ids[number], each.member.member_id, episode.holder.staff_id, "call", "outreach.call",
                issued, issued + timedelta(seconds=60), used, None, None, None, "call",
            )  # fmt: skip
            number += 1


def tallies(placed: list[Placed]) -> Iterator[Row]:
    """outreach_tally: every consultant's hours and days, counted from the calls."""
    counted: dict[tuple[int, int, str, int, int, int], Counter[str]] = {}
    for _, episode in episodes(placed):
        holder = episode.holder
        for call in episode.calls:
            spans = (("hour", times.hour_at(call.at)), ("day", times.start_of(times.day_at(call.at))))
            for span, begins in spans:
                key = (holder.city_id, holder.staff_id, span, begins, holder.store_id, holder.team_id)
                counted.setdefault(key, Counter()).update(_counts(call))
    for (city_id, staff_id, span, begins, store_id, team_id), counts in counted.items():
        yield city_id, staff_id, span, times.at(begins), store_id, team_id, *(counts[name] for name in TALLIED)


def _counts(call: Call) -> list[str]:
    counts = ["calls"]
    if call.outcome in CONNECTED:
        counts.append("connects")
    what = {
        "no_answer": "no_answers",
        "interested": "interested",
        "visit": "visits",
        "refused": "refusals",
        "married": "refusals",
    }
    if call.outcome in what:
        counts.append(what[call.outcome])
    return counts
