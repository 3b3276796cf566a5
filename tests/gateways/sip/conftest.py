"""The SIP gateway of a test process, between sipp's phones."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from hongxian.outreach.gateways.calling import Event
from hongxian.outreach.gateways.sip.controller import SipGateway, Waits
from tests.gateways.sip.phones import HOST, Sound, free_udp_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = "+8613800131234"


class Desk:
    """Places calls through one gateway and remembers what it was told. sippy's loop is one a process, and so is this."""

    def __init__(self) -> None:
        self.listen, self.consultants, self.members = free_udp_port(), free_udp_port(), free_udp_port()
        self.told: dict[str, list[Event]] = defaultdict(list)
        self.asked: list[str] = []
        self.calls = 0
        self.gateway = SipGateway(
            listen=(HOST, self.listen),
            consultants=(HOST, self.consultants),
            members=(HOST, self.members),
            caller="02100000000",
            tell=lambda event: self.told[event.ref].append(event),
            waits=Waits(silent=1.5, consultant=2.5, member=2.5),
        )

    def place(self, *, number: str | None = NUMBER, extension: str = "8001") -> str:
        """A call; its word."""
        self.calls += 1
        ref = f"7-{self.calls}"

        @contextmanager
        def asked() -> Iterator[str | None]:
            self.asked.append(ref)
            yield number

        self.gateway.place(ref=ref, extension=extension, number=asked)
        return ref

    def kinds(self, ref: str) -> list[str]:
        """What was told of a call, in order."""
        return [event.kind for event in self.told[ref]]

    def cause(self, ref: str) -> str:
        """Why it ended; waits for it."""
        until(lambda: "ended" in self.kinds(ref))
        return self.told[ref][-1].cause

    def reaches(self, ref: str, kind: str) -> None:
        """Waits until a call has come so far."""
        until(lambda: kind in self.kinds(ref))


@pytest.fixture(scope="session")
def _desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.gateway.close()


@pytest.fixture
def desk(_desk: Desk) -> Desk:
    """With ports that nobody has called before: what is sent again to a phone of an earlier test meets nobody."""
    _desk.consultants, _desk.members = free_udp_port(), free_udp_port()
    _desk.gateway._consultants, _desk.gateway._members = (HOST, _desk.consultants), (HOST, _desk.members)
    return _desk


@pytest.fixture
def sounds() -> Iterator[tuple[Sound, Sound]]:
    """The consultant's and the member's."""
    made = Sound(), Sound()
    yield made
    for sound in made:
        sound.close()
