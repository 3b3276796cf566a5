"""A consultant's list of everybody in hand, with its trace and the keeper, against its bare statement: milliseconds."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from bench import _bare, _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def main() -> int:
    made = _shape.parser("worklist", __doc__, rows=200_000)
    made.add_argument("--held", type=int, default=200, help="members in hand (200, the limit)")
    made.add_argument("--times", type=int, help="looks a round (50)")
    asked = _shape.parse(made)
    asked.times = asked.times or (10 if asked.quick else 50)
    return _shape.run("worklist", asked, _prepare)


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from bench._crowd import in_hand

    with in_hand(rows=asked.rows, held=asked.held) as held:
        from django.db import connection

        from bench.member import count
        from hongxian.consent.purposes import catalogue
        from hongxian.kernel.clock import day_of, start_of
        from hongxian.outreach import worklist

        connection.ensure_connection()
        line: Any = connection.connection
        text, now = _bare.untraced("outreach", "in_hand"), held.now()
        given = {
            "city_id": held.city_id,
            "staff_id": held.by.staff_id,
            "now": now,
            "today": day_of(now),
            "size": worklist.LONGEST,
            "open_id": 0,
            "most": worklist.LONGEST,
        }
        given |= {"midnight": start_of(day_of(now)), "notice_hash": catalogue().purposes["outreach.call"].notice_hash}

        def look() -> list[Any]:
            return worklist.in_hand(by=held.by, now=held.now())

        assert len(look()) == asked.held
        measure = _shape.Measure(
            "worklist",
            partial(_shape.median_ms, look, asked.times),
            partial(_shape.median_ms, _bare.statement(line, text, given), asked.times),
            unit=_shape.MS, at_most=30,
        )  # fmt: skip
        yield _shape.Told([measure], {"held": asked.held, "statements": count(look)})


if __name__ == "__main__":
    sys.exit(main())
