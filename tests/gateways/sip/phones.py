"""Phones for tests: sipp plays the signalling, a socket of the test the sound."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hongxian.cli.demo_phones import free_sound_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
HOST = "127.0.0.1"
PCMA, EVENTS = 8, 101
PATIENCE = 15.0

needs_sipp = pytest.mark.skipif(shutil.which("sipp") is None, reason="needs Debian's sip-tester")


def free_udp_port() -> int:
    """A port that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knock:
        knock.bind((HOST, 0))
        port: int = knock.getsockname()[1]
        return port


def until(what: Callable[[], bool], *, patience: float = PATIENCE) -> None:
    """Waits for something that must come."""
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


class Sound:
    """One phone's sound: packets out, packets in."""

    def __init__(self) -> None:
        self.plug = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.plug.bind((HOST, 0))
        self.plug.settimeout(0.02)
        self.port: int = self.plug.getsockname()[1]
        self.sequence, self.source = 0, self.port

    def close(self) -> None:
        """Nothing is heard any more."""
        self.plug.close()

    def say(self, port: int, *, kind: int = PCMA, payload: bytes = b"\xd5" * 160, moment: int | None = None) -> None:
        """One packet to the relay's port."""
        self.sequence += 1
        at = self.sequence * 160 if moment is None else moment
        self.plug.sendto(struct.pack("!BBHII", 0x80, kind, self.sequence, at, self.source) + payload, (HOST, port))

    def reaches(self, other: Sound, port: int) -> bool:
        """Whether a packet to the relay comes out at the other's."""
        self.say(port)
        return bool(other.heard())

    def press(self, port: int, event: int, *, moment: int = 4000) -> None:
        """A key as RFC 4733 has it: three packets while it is held, three when it is let go, all of one moment."""
        for end, length in ((0, 160), (0, 320), (0, 480), (0x80, 640), (0x80, 640), (0x80, 640)):
            self.say(port, kind=EVENTS, payload=struct.pack("!BBH", event, end | 10, length), moment=moment)
            time.sleep(0.02)

    def heard(self) -> list[bytes]:
        """What has arrived since."""
        found = []
        try:
            while True:
                found.append(self.plug.recv(2048))
        except TimeoutError:
            return found


@dataclass(slots=True)
class Phone:
    """A running sipp and where it writes down every message."""

    process: subprocess.Popen[bytes]
    messages: Path
    errors: Path

    def seen(self) -> str:
        """Its whole trace so far."""
        return self.messages.read_text(errors="replace") if self.messages.exists() else ""

    def went_well(self) -> bool:
        """Whether every call went as its scenario says; waits for its end, and prints what went otherwise."""
        ended = self.process.wait(PATIENCE)
        if ended and self.errors.exists():
            sys.stderr.write(self.errors.read_text(errors="replace"))
        return ended == 0

    def relay_port(self) -> int:
        """Where we asked it to send its sound."""
        until(lambda: "m=audio " in self.seen().split("UDP message sent", 1)[0])
        return int(self.seen().split("m=audio ", 1)[1].split(" ", 1)[0])


@contextmanager
def phone(
    folder: Path, scenario: str, *, port: int, sound: Sound | None = None, calls: int = 1, code: str = "486", key: str = ""
) -> Iterator[Phone]:
    """`with phone(tmp_path, "answers", port=…) as it:`"""
    name = f"{scenario}-{port}"
    messages, errors = folder / f"{name}.messages", folder / f"{name}.errors"
    played = folder / f"{name}.xml"
    played.write_text((HERE / f"{scenario}.xml").read_text(encoding="utf-8").replace("486 No", f"{code} No"), encoding="utf-8")
    words = ["sipp", "-sf", str(played), "-i", HOST, "-mi", HOST, "-p", str(port), "-m", str(calls), "-nostdin"]
    words += ["-trace_msg", "-message_file", str(messages), "-trace_err", "-error_file", str(errors)]
    words += ["-ci", HOST, "-mp", str(free_sound_port())]
    words += ["-key", "port_of_sound", str(sound.port if sound else free_udp_port()), "-recv_timeout", "20000"]
    words += ["-key", "key", key]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        _wait_for(port)
        yield Phone(process, messages, errors)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    """Until somebody listens there."""

    line = f" 0100007F:{port:04X} "

    def taken() -> bool:
        return line in Path("/proc/net/udp").read_text(encoding="ascii")

    until(taken)
