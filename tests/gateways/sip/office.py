"""A company with a dialer of its own, for tests that go all the way from the press to the phones."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hongxian.cli import processes
from hongxian.outreach import calling
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.gateways.sip.phones import HOST, free_udp_port, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cast import Cast, Person, Someone


class Office:
    """A company whose dialer is a process of its own."""

    def __init__(self, cast: Cast, log: Path) -> None:
        self.cast, self._log, self._from = cast, log, log.stat().st_size if log.exists() else 0
        self.consultants, self.members = free_udp_port(), free_udp_port()
        self.environment = {
            "HONGXIAN_CALL_GATEWAY": "sip",
            "HONGXIAN_SIP_LISTEN": f"{HOST}:{free_udp_port()}",
            "HONGXIAN_SIP_CONSULTANTS": f"{HOST}:{self.consultants}",
            "HONGXIAN_SIP_MEMBERS": f"{HOST}:{self.members}",
        }

    def by_way_of(self, environment: dict[str, str]) -> Office:
        """The same with other phones."""
        self.environment = environment
        return self

    def start(self) -> subprocess.Popen[bytes]:
        before = self.said().count('"database": true')
        dialer = processes.start("dialer", self.environment)
        until(lambda: self.said().count('"database": true') > before, patience=60)
        return dialer

    def said(self) -> str:
        """What the dialer has written to its log in this test."""
        return self._log.read_text(encoding="utf-8")[self._from :] if self._log.exists() else ""

    def member(self, *, number: str = "") -> Someone:
        """Somebody whom 兰 holds."""
        return self.cast.member(held_by=self.cast.lan, number=number)

    def call(self, member: Someone, *, by: Person | None = None) -> calling.Placed:
        """兰 presses call."""
        with signed_in_as("desk"):
            return calling.place(
                by=(by or self.cast.lan).actor(),
                city_id=member.city_id,
                member_id=member.member_id,
                request_key=uuid4(),
                now=casting.now(),
            )


def record_of(call: calling.Placed, columns: str = "state, cause") -> tuple[Any, ...]:
    query = f"SELECT {columns} FROM outreach_placedcall WHERE city_id = %(city)s AND id = %(id)s"
    found: tuple[Any, ...] = casting.rows(query, city=call.city_id, id=call.id)[0]
    return found


def reaches(call: calling.Placed, state: str) -> None:
    until(lambda: record_of(call)[0] == state, patience=20)


@contextmanager
def dialing(office: Office) -> Iterator[subprocess.Popen[bytes]]:
    dialer = office.start()
    try:
        yield dialer
    finally:
        processes.stop(dialer)
