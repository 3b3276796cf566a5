"""What many screens show alike is made once and kept for some seconds: one snapshot serves every board of a store."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """Things by key, each as old as `seconds` at most. Who comes while one is being made waits for it instead of making another."""

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._kept: dict[Hashable, tuple[float, Thing]] = {}
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing of this key, made anew when it is too old. What `make` raises is raised, and nothing is kept."""
        known = self._fresh(key)
        if known is not None:
            return known[1]
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            known = self._fresh(key)
            if known is not None:
                return known[1]
            begun = self._clock()  # it is as old as what it was read from
            made = make()
            self._kept[key] = (begun, made)
            return made

    def clear(self) -> None:
        """Forgets everything."""
        self._kept.clear()

    def _fresh(self, key: Hashable) -> tuple[float, Thing] | None:
        known = self._kept.get(key)
        return known if known is not None and self._clock() - known[0] < self._seconds else None
