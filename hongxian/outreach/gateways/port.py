"""
The port of texts (短信接口): whatever carries texts takes a batch and says of each what became of it.

Four answers are possible, and the sender knows what each allows: `taken` has left; `refused` will never be taken and has not
left; `away` has surely not left and may be tried again; `unknown` may have left, and is never tried again by itself. A gateway
that cannot tell says unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

TAKEN, REFUSED, AWAY, UNKNOWN = "taken", "refused", "away", "unknown"


@dataclass(frozen=True, slots=True)
class Ref:
    """Names a text to the gateway, and comes back with its reports."""

    city_id: int
    at: datetime
    id: int


@dataclass(frozen=True, slots=True, repr=False)
class Outgoing:
    """
    One text on its way out. Without `ref` no report is asked for. Only a stand-in looks at `number_hash`, by which an erasure
    finds what it kept, and at `code`, which its page shows.
    """

    ref: Ref | None
    number: str
    text: str
    number_hash: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What the gateway said of one text; `code` is its own word. `delivered` only where a stand-in has nobody to deliver to."""

    answer: str
    code: str = ""
    delivered: bool = False


class TextGateway(Protocol):
    """What the sender needs of whoever carries texts."""

    name: str
    stand_in: bool

    def room(self) -> int:
        """
        How many texts it would pass on within a second, now; 0 while its own way out is closed or its queue is that long.

        What is not handed over can still be stopped.
        """

    def hand_over(self, batch: Sequence[Outgoing], *, now: datetime) -> list[Result]:
        """Hands over each text at most once; an answer for each, in order. Never raises."""

    def close(self) -> None:
        """Ends its connections."""
