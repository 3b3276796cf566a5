"""The member's page, whole and its reads alone, with trace and keeper against the same without: milliseconds."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from types import SimpleNamespace
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

        browser = held.crowd.cast.lan.browser()

        def page() -> None:
            """What a browser asks for: session, decision, traces, keeper, history, and the page written."""
            answer = browser.get(f"/desk/member/{held.city_id}/{held.next()}/")
            assert answer.status_code == HTTPStatus.OK, answer.status_code

        def bare() -> float:
            with _without_trace(held):
                return _shape.median_ms(page, asked.times)

        statements = count(look), count(page)
        measures = [
            _shape.Measure("page", partial(_shape.median_ms, page, asked.times), bare, unit=_shape.MS, aim=0.67, at_most=30),
            _shape.Measure(
                "its reads",
                partial(_shape.median_ms, look, asked.times),
                partial(_shape.median_ms, _untraced(held), asked.times),
                unit=_shape.MS,
            ),
        ]
        yield _shape.Told(measures, {"statements_of_the_reads": statements[0], "statements_of_the_page": statements[1]})


@contextmanager
def _without_trace(held: InHand) -> Iterator[None]:
    """
    The page as it would be if looks weren't traced: no trace is written, neither in the card's statement nor beside it, and as
    the keeper answers for traces alone, the form of address is opened on the spot. All else is the page's own.
    """
    from django.db import connection

    from hongxian.audit import recording
    from hongxian.outreach import queries
    from hongxian.vault.sealing import Opener
    from tests.cast import private_keys

    text, opener, line = _bare.untraced("outreach", "member_card"), Opener(private_keys()), connection.connection

    def card(**given: Any) -> list[queries.Card]:
        return [queries.Card(*row) for row in line.execute(text.encode(), given, prepare=True).fetchall()]

    def reveal(member_id: int) -> dict[int, dict[str, str]]:
        given = {"city_id": held.city_id, "member_id": member_id}
        alias, kek_id, wrapped = held.owner.execute(ENVELOPE.encode(), given, prepare=True).fetchone() or (b"", 0, b"")
        return {member_id: opener.open(member_id, kek_id, wrapped, {"alias": alias})}

    kept = {name: getattr(queries, name) for name in ("_card", "recording", "asking")}
    replaced = {
        "_card": SimpleNamespace(all=card),
        "recording": SimpleNamespace(record=lambda **given: given["member_ids"][0], trace_parameters=recording.trace_parameters),
        "asking": SimpleNamespace(reveal=reveal),
    }
    for name, each in replaced.items():
        setattr(queries, name, each)
    try:
        yield
    finally:
        for name, each in kept.items():
            setattr(queries, name, each)


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
