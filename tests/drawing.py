"""Mobile numbers, drawn without putting back: by chance alone, two of a hundred thousand are soon the same."""

from __future__ import annotations

import random
from itertools import count

STEP = 3**18  # has no factor in common with the thousand million, so all of them come before one comes again
_first, _drawn = random.randrange(10**9), count()


def fresh_number() -> str:
    """One that nobody else in this test process's company has, as it is stored: +8613…"""
    return f"+8613{(_first + next(_drawn) * STEP) % 10**9:09d}"
