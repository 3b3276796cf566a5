"""Records restricted at random moments under load: nothing is released by a transaction of the keeper that commits after them."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from hongxian.rights import states
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon
from tests.races.test_withdrawals import MEMBERS, RELEASED, Load, database_as, dice

LATE = """
SELECT trace.action, member.id
  FROM vault_opened AS opened
  JOIN audit_trace AS trace ON trace.city_id = opened.city_id AND trace.at = opened.trace_at AND trace.id = opened.trace_id
  JOIN members_member AS member ON member.city_id = trace.city_id AND member.id = ANY (trace.member_ids)
 WHERE opened.city_id = %(city)s AND member.state <> 'live'
   AND pg_xact_commit_timestamp(opened.xmin) >= pg_xact_commit_timestamp(member.xmin)
"""


class Restricting(Load):
    """The same load; the privacy officer restricts one record after another."""

    def take_back(self) -> None:
        with database_as("desk"):
            self.restrict()

    def restrict(self) -> None:
        officer = self.cast.privacy_officer.actor()
        for someone in self.members:
            self.target = someone
            time.sleep(dice.uniform(0.02, 0.12))
            to = "restricted" if dice.random() < 0.5 else "deceased"
            where = {"city_id": someone.city_id, "member_id": someone.member_id}
            states.change(by=officer, **where, to=to, why="person", now=timezone.now())
            time.sleep(dice.uniform(0, 0.03))


@pytest.mark.usefixtures("company")
@pytest.mark.timeout(300)
def test_nothing_is_released_after_a_record_is_restricted() -> None:
    cast = Cast(timezone=zone_at_noon())
    members = [cast.member(held_by=cast.lan) for _ in range(MEMBERS)]
    with signed_in_as("desk"):
        Restricting(cast, members).run()
    released = dict(casting.rows(RELEASED, city=cast.city_id))
    assert sum(released.values()) > MEMBERS, "the load was one"
    assert casting.rows(LATE, city=cast.city_id) == []
    for table in ("pools_holding", "vault_ground"):
        assert casting.rows(f"SELECT count(*) FROM {table} WHERE city_id = %(c)s", c=cast.city_id) == [(0,)], table
