"""Progress for the person at the console: a line a step; on a terminal the share that is done moves within the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

CLEAR = "\r\x1b[K"


def to(stream: TextIO) -> Callable[[str, float | None], None]:
    """What `fill` tells its steps to."""
    moving = stream.isatty()

    def tell(text: str, share: float | None) -> None:
        if not moving:
            if share is None:
                stream.write(f"  {text} …\n")
        elif share is None:
            stream.write(f"\n  {text} …")
        else:
            stream.write(f"{CLEAR}  {text} … {share:.0%}")
        stream.flush()

    return tell
