"""
The clock set back an hour: nothing gets a second life from it.

What was made before is then from the time to come. Operations are handed the earlier time, as a desk with that clock would hand
it in; the keeper and the database have the true one and are shown rows that come from an hour later, which is the same to them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from hongxian.cli import company as installation
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import text_of
from hongxian.org import queries as org
from hongxian.org import sessions
from hongxian.outreach import gate
from hongxian.pools import claiming
from hongxian.pools.filtering import EVERYBODY
from hongxian.vault import asking, permits
from hongxian.vault.asking import KeeperDenied
from tests.cast import Cast, insert_bare, now, rows, run
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon
from tests.outreach.messages import version_of
from tests.vault.test_revealing import look
from tests.visitors import browser_with, open_visit, portal_process
from tests.world import World

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cast import Someone

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast(timezone=zone_at_noon())


def text(cast: Cast, member: Someone, version_id: int, number: int, *, at: datetime) -> gate.Verdict:
    about = {"member_id": member.member_id, "staff_id": cast.lan.staff_id, "how": "hand", "purpose": "outreach.sms"}
    asked = gate.Text(at=at, id=number, version_id=version_id, campaign_id=None, **about)  # type: ignore[arg-type]
    with signed_in_as("worker"), transaction.atomic():
        [verdict] = gate.permit_texts(city_id=cast.city_id, messages=[asked], now=at)
    return verdict


def test_texts_that_were_sent_still_count(cast: Cast) -> None:
    member, version_id = cast.member(held_by=cast.lan), version_of()
    verdicts: list[gate.Verdict] = []
    number = 0
    while not verdicts or verdicts[-1].allowed:
        verdicts.append(text(cast, member, version_id, number := number + 1, at=now()))
        run("UPDATE vault_permit SET used_at = issued_at WHERE city_id = %(c)s", c=cast.city_id)
    again = text(cast, member, version_id, number + 1, at=now() - HOUR)
    assert len(verdicts) > 1
    assert (again.allowed, again.reason) == (False, verdicts[-1].reason)


def test_a_permit_lives_no_longer(cast: Cast) -> None:
    member = cast.member(held_by=cast.lan)
    with signed_in_as("desk"):
        after = now() + HOUR
        permit_id = permits.issue(
            city_id=cast.city_id,
            member_id=member.member_id,
            staff_id=cast.lan.staff_id,
            channel="call",
            purpose="outreach.call",
            now=after,
            latest_at=after + timedelta(minutes=1),
        )
        with pytest.raises(KeeperDenied):
            asking.reveal(look(cast.lan, member, fields=("number",), permit_id=permit_id))


def test_a_code_lives_no_longer_and_is_in_nobodys_way(cast: Cast) -> None:
    number_hash, then = cast.member().hashes[0], now()
    about = {"number_hash": number_hash, "mac": b"m", "tries": 0}
    insert_bare("vault_code", issued_at=then, until=then + timedelta(minutes=5), **about)
    assert tries(number_hash, then + timedelta(minutes=1)) == [then]
    assert tries(number_hash, then - HOUR) == []
    insert_bare("vault_code", issued_at=then - HOUR, until=then - HOUR + timedelta(minutes=5), **about)
    assert tries(number_hash, then - HOUR) == [then - HOUR]


def tries(number_hash: bytes, at: datetime) -> list[datetime]:
    with installation.site().connect("keeper") as keeper:
        asked = {"number_hash": number_hash, "now": at, "most": 5}
        found: list[Any] = keeper.execute(text_of("vault", "keeper_try_code").encode(), asked).fetchall()
        return [issued_at for issued_at, _ in found]


def test_a_visit_lives_no_longer(cast: Cast) -> None:
    member = cast.member()
    early, right = open_visit(member, minutes_ago=-60), open_visit(member)
    with portal_process():
        assert browser_with(right).get("/me/").status_code == 200
        assert browser_with(early).get("/me/").headers["Location"] == "/enter/"


def test_a_session_lives_no_longer(cast: Cast) -> None:
    with signed_in_as("desk"):
        begun = sessions.begin(account_id=cast.lan.account_id, epoch=0, how="password", user_agent="", now=now())

        def there(at: datetime) -> bool:
            about = {"account_id": cast.lan.account_id, "epoch": 0, "session_id": begun, "process": "desk"}
            return org.signed_in(today=day_of(at), now=at, **about) is not None  # type: ignore[arg-type]

        assert there(now() + timedelta(hours=11))
        assert not there(now() + timedelta(hours=13))
        assert not there(now() - HOUR)


def test_a_days_quota_does_not_open_again() -> None:
    world = World()
    world.entries(60)
    consultant = world.consultant()
    midnight = world.now.replace(hour=0, minute=10)

    def claim(at: datetime) -> int:
        try:
            with signed_in_as("desk"):
                return len(claiming.claim_next(by=consultant, pool_id=world.stores[0].pool_id, n=50, filters=EVERYBODY, now=at))
        except claiming.QuotaUsedUp:
            return 0

    day = claim(midnight)
    assert day > 0
    assert claim(midnight + timedelta(minutes=1)) == 0
    claim(midnight - HOUR)  # yesterday's, as far as it was left
    assert claim(midnight - HOUR) == 0
    assert claim(midnight) == 0
    used = rows("SELECT sum(used), max(used) FROM pools_quota WHERE city_id = %(c)s AND kind = 'store'", c=world.city_id)
    assert used == [(2 * day, day)]
