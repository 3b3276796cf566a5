"""The privacy officer's probe: may the person with this number be contacted now, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hongxian.consent import suppressing
from hongxian.kernel.refusal import NotAllowed
from hongxian.outreach import gate
from tests import cast as casting
from tests.cast import Cast, Person
from tests.conftest import signed_in_as
from tests.outreach.test_gate import DENIED, say_no

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.usefixtures("desk")


def probe(cast: Cast, hashes: list[bytes], *, by: Person | None = None, at: datetime | None = None) -> gate.Verdict:
    return gate.probe(by=(by or cast.privacy_officer).actor(), number_hashes=hashes, channel="call", now=at or casting.now())


class TestProbe:
    def test_says_who_may_be_contacted(self, cast: Cast) -> None:
        verdict = probe(cast, cast.member(pooled=True).hashes)
        assert (verdict.allowed, verdict.reason, verdict.permit_id) == (True, "ok", None)

    def test_knows_numbers_that_are_nobodys(self, cast: Cast) -> None:
        assert probe(cast, casting.private_keys().hash_number("+8613000000000")).reason == "unknown_number"

    def test_knows_a_no_of_a_number_that_is_nobodys(self, cast: Cast) -> None:
        number = f"+86199{cast.city_id:08d}"
        hashes = casting.private_keys().hash_number(number)
        suppressing.suppress(number_hashes=hashes, origin="test", reason="refused", now=casting.now())
        assert probe(cast, hashes).reason == "suppressed"

    @pytest.mark.parametrize(
        "case",
        [
            name
            for name, (_, reason) in DENIED.items()
            if reason
            in {"suppressed", "no_consent", "resting", "cap_month", "cap_lifetime", "minor", "deceased", "restricted", "erased"}
        ],
    )
    def test_gives_the_same_reason_as_the_gate(self, cast: Cast, case: str) -> None:
        member = cast.member(held_by=cast.lan)
        arrange, reason = DENIED[case]
        arrange(cast, member)
        assert probe(cast, member.hashes).reason == reason

    def test_is_traced(self, cast: Cast) -> None:
        member = cast.member()
        say_no(member)
        probe(cast, member.hashes)
        [(action, purpose, _ground, outcome, reason, staff_id, _fields)] = casting.traces(member)
        assert (action, purpose, outcome, reason) == ("gate.probe", "suppression", "allowed", "suppressed")
        assert staff_id == cast.privacy_officer.staff_id

    @pytest.mark.parametrize("who", ["lan", "chen", "zheng", "operations", "auditor", "fraud_desk", "trainer"])
    def test_is_for_the_privacy_officer(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            probe(cast, cast.member().hashes, by=cast.people[who])

    def test_at_the_worker_gives_the_same(self, cast: Cast) -> None:
        """bin/hongxian gate runs there."""
        member = cast.member()
        with signed_in_as("worker"):
            assert probe(cast, member.hashes).reason == "ok"
