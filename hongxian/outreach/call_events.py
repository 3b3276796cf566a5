"""
What a cloud of virtual numbers says of calls by itself (通话事件): taken in at the door sealed, noted by the worker.

Events are lost, repeated, late and out of order: each is written down once by its own word, each carries the moment at which
it happened, and call_states.py makes of them what it would have made of them in order. Whatever else a cloud sends along, a
number above all, is not taken in.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hongxian.kernel.sql import Statement
from hongxian.outreach import arriving, calling, dialling
from hongxian.outreach.gateways import cloud

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger("hongxian.outreach")
CALL = "call"
FIELDS = ("event_id", "reference", "event", "at", "side", "reason", "digits")
NEEDED = FIELDS[:4]
MOST_AT_ONCE, LONGEST = 100, 100


class Unreadable(ValueError):
    """Not what a cloud would send."""


@dataclass(frozen=True, slots=True)
class _Carried:
    id: int


_carried = Statement("outreach", "carried_by", _Carried)


def take_events(*, gateway: str, body: bytes, now: datetime) -> int:
    """
    Takes in one event or a batch; how many. The same again changes nothing.

    :raises Unreadable: nothing of it is taken.
    """
    events = [_read(each) for each in _batch(body)]
    for event in events:
        arriving.take(kind=CALL, key=f"call {gateway} {event['event_id']}", content=event | {"gateway": gateway}, now=now)
    return len(events)


def _batch(body: bytes) -> list[Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    events = said.get("events", [said]) if isinstance(said, dict) else said
    if not isinstance(events, list) or not 0 < len(events) <= MOST_AT_ONCE:
        raise Unreadable
    return events


def _read(event: object) -> dict[str, str]:
    if not isinstance(event, dict):
        raise Unreadable
    read = {name: event.get(name, "") for name in FIELDS}
    if not all(isinstance(value, str) and len(value) <= LONGEST for value in read.values()):
        raise Unreadable
    if not all(read[name] for name in NEEDED):
        raise Unreadable
    try:
        dialling.key_of(read["reference"])
        if datetime.fromisoformat(read["at"]).tzinfo is None:
            raise Unreadable
    except ValueError as error:
        raise Unreadable from error
    return read


def deal_calls(*, now: datetime, most: int = arriving.AT_ONCE) -> int:
    """Notes events that have come; how many."""
    with transaction.atomic():
        arrived = arriving.take_up(kind=CALL, now=now, most=most)
        for one in arrived:
            if one.content is not None:
                _note(one.content, received_at=one.received_at)
        arriving.dealt_with(arrived)
    return len(arrived)


def _note(event: Mapping[str, Any], *, received_at: datetime) -> None:
    kind = cloud.kind_of(str(event["event"]), str(event["digits"]))
    city_id, placed_at, number = dialling.key_of(str(event["reference"]))
    gateway = str(event["gateway"])
    if not kind or _carried.one(city_id=city_id, at=placed_at, id=number, gateway=gateway) is None:
        return
    happened = max(placed_at, min(datetime.fromisoformat(str(event["at"])), received_at))  # their clock is not ours
    cause = cloud.cause_of(str(event["side"]), str(event["reason"])) if kind == "ended" else ""
    calling.note(city_id=city_id, at=placed_at, id=number, state=kind, cause=cause, now=happened)
