"""Calls placed a second: permit, record, line, count and trace, one transaction; against its statements by the driver alone."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench import _bare, _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

A_ROUND = 100  # every member is called once: the caps are the company's own


def main() -> int:
    made = _shape.parser("calls", __doc__, rows=200_000)
    made.add_argument("--calls", type=int, default=A_ROUND, help="calls a round (100)")
    return _shape.run("calls", _shape.parse(made), _prepare)


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from bench._crowd import in_hand

    with in_hand(rows=asked.rows, held=asked.calls * (asked.rounds + 1) + 1) as held:
        from django.conf import settings
        from django.db import connection

        from hongxian.outreach import calling

        settings.CALL_GATEWAY = "loopback"  # nobody takes them up: what is measured is the asking
        held.owner.execute("UPDATE org_staff SET extension = '6001' WHERE id = %s", (held.by.staff_id,))

        def place() -> None:
            calling.place(by=held.by, city_id=held.city_id, member_id=held.next(), request_key=uuid4(), now=held.now())

        statements = _bare.recorded(place)
        line: Any = connection.connection
        member_id = next(given["member_id"] for _text, given in statements if "member_id" in given)

        def bare() -> None:
            _bare.replay(line, statements, member_id=member_id, request_key=uuid4(), now=held.now())

        many: int = asked.calls

        def a_round(work: Callable[[], None]) -> Callable[[], float]:
            def once() -> float:
                spent = 0.0
                for _ in range(many):
                    held.owner.execute("DELETE FROM outreach_busyline WHERE staff_id = %s", (held.by.staff_id,))
                    begun = time.perf_counter()
                    work()
                    spent += time.perf_counter() - begun
                return many / spent

            return once

        measure = _shape.Measure("calls", a_round(place), a_round(bare), aim=0.5)
        yield _shape.Told([measure], {"statements": len(statements), "calls": asked.calls})


if __name__ == "__main__":
    sys.exit(main())
