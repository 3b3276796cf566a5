"""What a member pushed to their consultant, as the consultant sees it: a trace of its own, then the keeper, on every look."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.letters import card as cards
from hongxian.letters.card import Card
from hongxian.vault import asking, deciding

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor
    from hongxian.vault.deciding import Facts

PURPOSE, GROUND = "preference.push", "push"
FIELDS = ("pushed_message", "preference_card")


@dataclass(frozen=True, slots=True, repr=False)
class SharedMessage:
    """Something the member wrote to another, who is a letter here; contact data is covered."""

    to: Annotated[str, Label("pushed_message")]
    on: Annotated[date, Label("pushed_message")]
    text: Annotated[str, Label("pushed_message")]
    until: Annotated[datetime, PLAIN]


@dataclass(frozen=True, slots=True, repr=False)
class SharedCard:
    """What the member would like."""

    card: Annotated[Card, PLAIN]
    until: Annotated[datetime, PLAIN]


@dataclass(frozen=True, slots=True, repr=False)
class Shared:
    """Everything that one member shares with one consultant now. Blank when the keeper says no: it asks anew each time."""

    cards: Annotated[list[SharedCard], PLAIN] = field(default_factory=list)
    messages: Annotated[list[SharedMessage], PLAIN] = field(default_factory=list)


def shared_with(*, by: Actor, facts: Facts, city_id: int, now: datetime) -> Shared | None:
    """
    What the member pushed to the acting consultant; None where nothing was, and then nothing is written either.

    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    """
    if GROUND not in facts.grounds:
        return None
    decision = deciding.may(
        by=by, permission=Permission.POOLS_HOLDING_WORK, purpose=PURPOSE, fields=FIELDS, facts=facts, city_id=city_id
    )
    trace = recording.record(
        by=by,
        action="member.shared",
        purpose=PURPOSE,
        ground=decision.ground,
        city_id=city_id,
        member_ids=[facts.member_id],
        fields=decision.fields or FIELDS,
        reason=decision.reason,
        denied=not decision.allowed,
        now=now,
    )
    if not decision.allowed:
        return None
    try:
        found = asking.pushed(trace)
    except asking.KeeperDenied:  # taken back since the facts were read
        return None
    return Shared(
        cards=[SharedCard(cards.read(each.text), each.until) for each in found if each.kind == "card"],
        messages=[_message(each) for each in found if each.kind == "message"],
    )


def _message(pushed: asking.PushedText) -> SharedMessage:
    raw = json.loads(pushed.text)
    return SharedMessage(str(raw["to"]), date.fromisoformat(raw["on"]), str(raw["text"]), pushed.until)
