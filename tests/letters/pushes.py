"""Something pushed, as the portal writes it; for tests of what a consultant sees."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.letters import card as cards
from hongxian.vault import own_words
from tests import cast as casting

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cast import Person, Someone


def push(
    someone: Someone,
    to: Person,
    *,
    text: str = "周末一起去爬山吗",
    card: cards.Card | None = None,
    until: datetime | None = None,
    grounded: bool = True,
) -> int:
    """A message, or a card; its number."""
    kind = "message" if card is None else "card"
    words = json.dumps({"to": "A", "on": "2026-06-09", "text": text}, ensure_ascii=False) if card is None else cards.written(card)
    [sealed] = own_words.seal(field=own_words.PUSHED[kind], texts=[(someone.member_id, words)])
    until = until or casting.now() + timedelta(days=7)
    number: int = casting.insert(
        "vault_pushed",
        city_id=someone.city_id,
        member_id=someone.member_id,
        staff_id=to.staff_id,
        ground="claim",
        kind=kind,
        pushed_at=until - timedelta(days=7),
        until=until,
        kek_id=sealed.kek_id,
        wrapped=sealed.wrapped,
        sealed=sealed.sealed,
    )
    if grounded:
        casting.run(
            "INSERT INTO vault_ground (city_id, member_id, staff_id, kind, until) VALUES (%(city)s, %(member)s, %(staff)s, 'push', %(until)s)"
            " ON CONFLICT (city_id, member_id, staff_id, kind) DO UPDATE SET until = excluded.until",
            city=someone.city_id,
            member=someone.member_id,
            staff=to.staff_id,
            until=until,
        )
    return number


def take_back(number: int) -> None:
    """As the portal's statement does."""
    casting.run("UPDATE vault_pushed SET revoked_at = now(), wrapped = NULL, sealed = NULL WHERE id = %(number)s", number=number)
