"""Permits a second: may this member be called now, decided, issued and traced; against its statements by the driver alone."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from bench import _bare, _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

HELD = 200


def main() -> int:
    made = _shape.parser("gate", __doc__, rows=200_000)
    made.add_argument("--seconds", type=float, help="length of a round (2)")
    asked = _shape.parse(made)
    asked.seconds = asked.seconds or (0.5 if asked.quick else 2)
    return _shape.run("gate", asked, _prepare)


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from bench._crowd import in_hand

    with in_hand(rows=asked.rows, held=HELD) as held:
        from django.db import connection, transaction

        from hongxian.outreach import gate

        def permit() -> None:
            with transaction.atomic():
                verdict = gate.permit(by=held.by, city_id=held.city_id, member_id=held.next(), channel="call", now=held.now())
            assert verdict.allowed, verdict.reason

        permit()
        statements = _bare.recorded(permit)
        line: Any = connection.connection

        def bare() -> None:
            _bare.replay(line, statements, member_id=held.next(), now=held.now())

        def many() -> float:
            """A preview's decisions, a thousand a statement: without permit, trace or lock."""
            ids = [each.member_id for each in held.crowd.members]
            given: dict[str, Any] = {"channel": "sms", "purpose": "outreach.sms", "how": "hand", "now": held.now()}
            return len(ids) * _shape.per_second(
                lambda: gate.sift(by=held.by, city_id=held.city_id, member_ids=ids, **given),
                asked.seconds,
            )

        yield _shape.Told(
            [
                _shape.Measure(
                    "permit",
                    partial(_shape.per_second, permit, asked.seconds),
                    partial(_shape.per_second, bare, asked.seconds),
                    aim=0.5,
                ),
                _shape.Measure("sift", many),
            ],
            {"statements": len(statements)},
        )


if __name__ == "__main__":
    sys.exit(main())
