"""
The port of calls (呼叫接口): the consultant's phone first, then the member's. Three stand behind it: our own SIP controller
(sip/), a cloud of virtual numbers (cloud.py), and a stand-in that only plays the states (loopback.py).

A gateway is told a call's own word and the consultant's extension. The member's number it must ask for, when it is about to
ring the member: `number` is entered, used and left at once, and gives None when nobody may be called any more. What happens
it says as events, from a thread of its own; the first `ended` of a call is its last word.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# What a call comes to, in its order.
STATES = ("asked", "consultant", "member", "talking", "ended")
# Why it ended. `filed_as` in outreach/calling.py says what each suggests for the outcome.
CAUSES = (
    "consultant_hung_up",  # after talking, or before the member answered
    "member_hung_up",
    "desk_hung_up",  # pressed on the page
    "nine",  # the member pressed 9: call me no more
    "busy",
    "no_answer",
    "rejected",
    "invalid",  # no such number
    "consultant_no_answer",  # nobody, busy or declined at the consultant's own phone
    "no_extension",  # the consultant has no phone, or the exchange does not know it
    "gateway_error",
    "too_late",  # nobody took it up within a minute
    "denied",  # by the keeper, when it was the member's turn
    "dialer_stopped",  # in order, with everybody hung up
    "dialer_died",
)
NINE = "9"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a call: one of STATES, or `nine`."""

    ref: str
    kind: str
    at: datetime
    cause: str = ""
    gateway_ref: str = ""


Number = Callable[[], AbstractContextManager[str | None]]
Tell = Callable[[Event], None]


class CallGateway(Protocol):
    """What the dialer needs of whoever carries calls."""

    name: str

    def place(self, *, ref: str, extension: str, number: Number) -> None:
        """Begin a call; everything after this is told as events."""

    def hang_up(self, *, ref: str, cause: str) -> None:
        """End a call with this cause; one that is over or unknown is left alone."""

    def close(self) -> None:
        """End every call (`dialer_stopped`) and everything that was started."""
