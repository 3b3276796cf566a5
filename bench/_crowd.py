"""Members in a consultant's hands with everything that a page or a contact needs, in a company of so many others."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from psycopg import Connection

    from hongxian.kernel.actor import Actor
    from tests.gateways.crowds import Crowd


@dataclass(slots=True)
class InHand:
    """A consultant, whom she holds, and a connection of the tables' owner."""

    owner: Connection[Any]
    crowd: Crowd
    by: Actor
    turn: Iterator[int]

    @property
    def city_id(self) -> int:
        return self.crowd.cast.city_id

    def next(self) -> int:
        """The members one after another, round and round."""
        return next(self.turn)

    @staticmethod
    def now() -> datetime:
        return timezone.now()


@contextmanager
def in_hand(*, rows: int, held: int) -> Iterator[InHand]:
    """The keeper at work, `rows` members and entries of others, and `held` in one consultant's hands; this process is the desk."""
    from bench import _plant
    from hongxian.cli import company, roles
    from tests.cast import Cast
    from tests.conftest import signed_in_as
    from tests.gateways.crowds import Crowd
    from tests.outreach.conftest import zone_at_noon

    with company.running("keeper"), company.site().connect(roles.OWNER) as owner:
        _plant.fill(owner, rows=rows)
        cast = Cast(timezone=zone_at_noon())  # contacts are allowed there whatever the hour is here
        crowd = Crowd(cast, cast.lan)
        print(f"{held:,} members in hand …", file=sys.stderr)
        crowd.grow(held)
        owner.execute(
            "VACUUM ANALYZE members_member, pools_holding, vault_ground, vault_envelope, vault_datakey, consent_receipt"
        )
        turn = cycle(each.member_id for each in crowd.members)
        with signed_in_as("desk"):
            yield InHand(owner, crowd, cast.lan.actor(), turn)
