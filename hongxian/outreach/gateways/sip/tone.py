"""The tone that the consultant hears while the member's phone rings (回铃音): 450 Hz, one second of every five."""

from __future__ import annotations

import math
import struct
from functools import cache
from itertools import pairwise

from hongxian.outreach.gateways.sip import sdp

HERTZ, LOUD = 450, 6000
FRAME, FRAMES_ON, FRAMES_OFF = 160, 50, 200  # of 20 ms
_BIAS, _CLIP = 0x84, 32_635


@cache
def frames(codec: int) -> tuple[bytes, ...]:
    """One second of the tone in a codec, a frame each; the tone fits into it a whole number of times."""
    coded = _alaw if codec == sdp.PCMA else _ulaw
    samples = bytes(coded(round(LOUD * math.sin(2 * math.pi * HERTZ * n / 8000))) for n in range(FRAME * FRAMES_ON))
    return tuple(samples[start:end] for start, end in pairwise(range(0, len(samples) + 1, FRAME)))


def packet(*, codec: int, number: int, source: int) -> bytes | None:
    """The packet of one 20 ms, counted from the first; None where there is silence."""
    place = number % (FRAMES_ON + FRAMES_OFF)
    if place >= FRAMES_ON:
        return None
    marked = 0x80 if place == 0 else 0
    head = struct.pack("!BBHII", 0x80, codec | marked, number & 0xFFFF, (number * FRAME) & 0xFFFFFFFF, source & 0xFFFFFFFF)
    return head + frames(codec)[place]


def _alaw(sample: int) -> int:
    """G.711, from 16 bits."""
    size = (sample if sample >= 0 else -sample - 1) >> 3
    segment = max(size.bit_length() - 5, 0)
    return (segment << 4 | size >> max(segment, 1) & 0x0F) ^ (0xD5 if sample >= 0 else 0x55)


def _ulaw(sample: int) -> int:
    """G.711, from 16 bits."""
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), _CLIP) + _BIAS
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> (exponent + 3) & 0x0F) & 0xFF
