"""The member's page, with its trace and the keeper, against the same reads without: milliseconds."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from bench import _bare, _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from bench._crowd import InHand

HELD = 200
ENVELOPE = (
    "SELECT envelope.alias, datakey.kek_id, datakey.wrapped FROM vault_envelope AS envelope"
    "  JOIN vault_datakey AS datakey ON datakey.city_id = envelope.city_id AND datakey.envelope_id = envelope.id"
    " WHERE envelope.city_id = %(city_id)s AND envelope.member_id = %(member_id)s"
)


def main() -> int:
    made = _shape.parser("member", __doc__, rows=200_000)
    made.add_argument("--times", type=int, help="looks a round (200)")
    asked = _shape.parse(made)
    asked.times = asked.times or (40 if asked.quick else 200)
    return _shape.run("member", asked, _prepare)


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from bench._crowd import in_hand

    with in_hand(rows=asked.rows, held=HELD) as held:
        from hongxian.outreach import queries

        def look() -> object:
            return queries.member_page(by=held.by, city_id=held.city_id, member_id=held.next(), now=held.now())

        statements = count(look)
        measure = _shape.Measure(
            "reads of the member page",
            partial(_shape.median_ms, look, asked.times),
            partial(_shape.median_ms, _untraced(held), asked.times),
            unit=_shape.MS, aim=0.67, at_most=30,
        )  # fmt: skip
        yield _shape.Told([measure], {"statements_of_the_reads": statements})


def _untraced(held: InHand) -> Callable[[], object]:
    """The same facts, decision, card and history; the form of address opened on the spot, with nobody asking for a trace."""
    from django.db import connection

    from hongxian.outreach import history, queries
    from hongxian.vault import deciding
    from hongxian.vault.sealing import Opener
    from tests.cast import private_keys

    card, opener = _bare.untraced("outreach", "member_card"), Opener(private_keys())
    connection.ensure_connection()
    line: Any = connection.connection

    def look() -> object:
        now, member_id = held.now(), held.next()
        facts = deciding.facts_about(by=held.by, city_id=held.city_id, member_id=member_id, now=now)
        assert facts is not None
        traits = deciding.part(by=held.by, purpose="pool.card", fields=queries.CARD_FIELDS, facts=facts)
        given = {"city_id": held.city_id, "member_id": member_id, "staff_id": held.by.staff_id}
        row = line.execute(card, given, prepare=True).fetchone()
        contacts = history.of_member(city_id=held.city_id, member_id=member_id, now=now)
        alias, kek_id, wrapped = held.owner.execute(ENVELOPE.encode(), given, prepare=True).fetchone() or (None, 0, b"")
        assert alias is not None
        return traits, queries.Card(*row), contacts, opener.open(member_id, kek_id, wrapped, {"alias": alias})

    return look


def count(work: Callable[[], object]) -> int:
    """How many statements it sends."""
    from django.db import connection

    seen: list[str] = []

    def counted(execute: Callable[..., Any], text: str, given: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        seen.append(text)
        return execute(text, given, many, context)

    work()  # what is asked once a second or two is known by then
    with connection.execute_wrapper(counted):
        work()
    return len(seen)


if __name__ == "__main__":
    sys.exit(main())
