"""How many numbers each process may have hashed a minute."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

# Numbers hashed a minute, by process: whoever may hash without limit could list every number there is.
# The dating site's feed, which comes in through the portal, has an account of its own (purpose letters).
HASHES_A_MINUTE = {"worker": 600_000, "desk": 60, "portal": 60, "portal letters": 3_000, "portal visit.enter": 120}


@dataclass(slots=True)
class Budget:
    """How many numbers a process has had hashed within the last minute."""

    limit: int
    spent: deque[tuple[float, int]] = field(default_factory=deque)

    def take(self, count: int, at: float) -> bool:
        """Whether `count` more fit now; if so they are spent."""
        while self.spent and self.spent[0][0] < at - 60:
            self.spent.popleft()
        if sum(each for _, each in self.spent) + count > self.limit:
            return False
        self.spent.append((at, count))
        return True
