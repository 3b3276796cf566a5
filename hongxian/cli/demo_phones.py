"""
A STAND-IN for everybody's phones, in the demo only: Debian's sipp (sip-tester) plays the office's exchange and the trunk.

The dialer rings it over real SIP on 127.0.0.1, so that a press on call goes its whole way; nobody's phone rings, and pages and
demo say so. What the member's phone does hangs on the number's last digit (sipp/member.xml). sipp writes no file.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hongxian.cli import processes

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

ADDRESS = "127.0.0.1"
PLAYED = Path(__file__).parent / "sipp"
SIDES = ("consultant", "member")
ENDS_WITHIN, AGAIN = 1.5, 1.0


@dataclass(slots=True)
class Phones:
    """Both sides' phones for the length of a block, started again when they fall."""

    ports: dict[str, int] = field(
        default_factory=lambda: dict(zip(("dialer", "consultant", "member"), free_ports(3), strict=True))
    )
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)
    _watching: threading.Thread | None = None

    def environment(self) -> dict[str, str]:
        """What the dialer and the pages must know of them."""
        return {
            "HONGXIAN_CALL_GATEWAY": "sip",
            "HONGXIAN_CALL_STAND_IN": "1",
            "HONGXIAN_SIP_LISTEN": f"{ADDRESS}:{self.ports['dialer']}",
            "HONGXIAN_SIP_CONSULTANTS": f"{ADDRESS}:{self.ports['consultant']}",
            "HONGXIAN_SIP_MEMBERS": f"{ADDRESS}:{self.ports['member']}",
        }

    def __enter__(self) -> Self:
        for name in SIDES:
            self._start(name)
        self._watching = threading.Thread(target=self._watch, name="phones", daemon=True)
        self._watching.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        if self._watching is not None:
            self._watching.join()
        for phone in self._running.values():
            phone.terminate()
        for phone in self._running.values():
            try:
                phone.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                processes.kill(phone)
                phone.wait()

    def _start(self, name: str) -> None:
        command = ["sipp", "-sf", str(PLAYED / f"{name}.xml"), "-i", ADDRESS, "-mi", ADDRESS, "-p", str(self.ports[name])]
        command += ["-ci", ADDRESS, "-mp", str(free_sound_port()), "-nostdin"]
        lives_with_us = shutil.which("setpriv")
        if lives_with_us:
            command = [lives_with_us, "--pdeathsig", "KILL", *command]
        self._running[name] = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def _watch(self) -> None:
        while not self._ended.wait(AGAIN):
            for name, phone in list(self._running.items()):
                if phone.poll() is not None:
                    self._start(name)


def free_ports(count: int) -> list[int]:
    """So many that nobody uses now."""
    plugs = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    try:
        for plug in plugs:
            plug.bind((ADDRESS, 0))
        return [plug.getsockname()[1] for plug in plugs]
    finally:
        for plug in plugs:
            plug.close()


def free_sound_port() -> int:
    """For sipp's sound; the next but one, for pictures, is free as well: sipp gives up where another demo has them."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sound,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as picture,
        ):
            sound.bind((ADDRESS, 0))
            port: int = sound.getsockname()[1]
            try:
                picture.bind((ADDRESS, port + 2))
            except (OSError, OverflowError):
                continue
            return port


def for_demo() -> Phones | None:
    """The demo's phones; None where sipp isn't installed."""
    return Phones() if shutil.which("sipp") else None
