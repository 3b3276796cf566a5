"""Session descriptions (SDP): ours, which name our relay alone, and what we must know of theirs."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

PCMA, PCMU = 8, 0
CODECS = {PCMA: "PCMA/8000", PCMU: "PCMU/8000"}
EVENTS = 101  # our number for RFC 4733's digits
ANSWERED_WITH = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
_ADDRESS = re.compile(r"c=IN IP4 (\d{1,3}(?:\.\d{1,3}){3})\b")
_AUDIO = re.compile(r"m=audio (\d{1,5})(?:/\d+)? RTP/AVP ([\d ]+)$")
_EVENTS = re.compile(r"a=rtpmap:(\d{1,3}) telephone-event/8000", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Theirs:
    """Where somebody wants their sound, in which codec, and how they number digits; `events` is None for who takes none."""

    host: str
    port: int
    codec: int
    events: int | None
    direction: str = "sendrecv"


def ours(*, host: str, port: int, codecs: tuple[int, ...], session: int, version: int = 1, direction: str = "sendrecv") -> str:
    """Our description: the relay's port, these codecs in this order, and digits."""
    lines = [
        "v=0",
        f"o=- {session} {version} IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(str(each) for each in (*codecs, EVENTS))}",
        *(f"a=rtpmap:{each} {CODECS[each]}" for each in codecs),
        f"a=rtpmap:{EVENTS} telephone-event/8000",
        f"a=fmtp:{EVENTS} 0-15",
        "a=ptime:20",
        f"a={direction}",
    ]
    return "".join(f"{line}\r\n" for line in lines)


def read(text: str) -> Theirs | None:
    """What a description says about its first sound; None when there is none that we could speak."""
    head, *rest = re.split(r"(?m)^(?=m=)", text.replace("\r\n", "\n"))
    media = next((each for each in rest if each.startswith("m=audio ")), None)
    if media is None:
        return None
    line = _AUDIO.match(media.split("\n", 1)[0].strip())
    address = _ADDRESS.search(media) or _ADDRESS.search(head)
    if line is None or address is None or not _usable(address[1], int(line[1])):
        return None
    codec = next((int(each) for each in line[2].split() if int(each) in CODECS), None)
    if codec is None:
        return None
    events = _EVENTS.search(media)
    said = re.search(r"(?m)^a=(sendrecv|sendonly|recvonly|inactive)\s*$", media + "\n" + head)
    direction = said[1] if said else "sendrecv"
    if address[1] == "0.0.0.0":  # noqa: S104 - how old phones say: hold
        direction = "inactive"
    return Theirs(address[1], int(line[1]), codec, int(events[1]) if events else None, direction)


def _usable(host: str, port: int) -> bool:
    """Nobody's name is looked up for a packet, and nothing is sent to many."""
    try:
        where = ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return port < 1 << 16 and not where.is_multicast and host != "255.255.255.255"
