"""Hashing a number is the keeper's work too: whoever could hash without limit could list every number there is."""

from __future__ import annotations

import pytest

from hongxian.audit import recording
from hongxian.vault import asking, budgets, keeper
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.vault.test_revealing import denied, look

NUMBERS = ["+8613800138000", "+8613800138001"]


def ask(trace: recording.TraceRef, numbers: object) -> dict[str, object]:
    request = {"do": "hash", "city_id": trace.city_id, "at": trace.at.isoformat(), "id": trace.id, "numbers": numbers}
    return asking._ask(request)


def refusal(trace: recording.TraceRef, numbers: object) -> str:
    with pytest.raises(asking.KeeperDenied) as no:
        ask(trace, numbers)
    return no.value.reason


def hashing(cast: Cast, *, process: str = "worker", action: str = "vault.hash") -> recording.TraceRef:
    return recording.record(
        by=cast.privacy_officer.actor(process),
        action=action,
        purpose="suppression",
        fields=["number_hash"],
        now=casting.now(),
    )


class TestHashNumbers:
    def test_gives_the_hashes_of_every_key_and_leaves_a_trace(self, cast: Cast) -> None:
        by = cast.privacy_officer.actor("worker")
        before = casting.now()
        found = asking.hash_numbers(by=by, numbers=NUMBERS, purpose="suppression", now=before)
        assert found == [casting.private_keys().hash_number(number) for number in NUMBERS]
        written = casting.rows(
            "SELECT purpose, fields, reason, member_ids, process FROM audit_trace WHERE staff_id = %(id)s AND at = %(at)s",
            id=by.staff_id,
            at=before,
        )
        assert written == [("suppression", ["number_hash"], "n=2", [], "worker")]

    def test_writes_no_number_into_the_trace(self, cast: Cast) -> None:
        by = cast.privacy_officer.actor("worker")
        asking.hash_numbers(by=by, numbers=NUMBERS, purpose="suppression", now=casting.now())
        text = casting.rows("SELECT string_agg(audit_trace::text, ' ') FROM audit_trace WHERE staff_id = %(id)s", id=by.staff_id)
        assert "138001380" not in text[0][0]

    def test_takes_more_than_a_batch_in_several(self, cast: Cast) -> None:
        by = cast.privacy_officer.actor("worker")
        numbers = [f"+86138{number:08d}" for number in range(asking.LARGEST_BATCH + 1)]
        now = casting.now()
        assert len(asking.hash_numbers(by=by, numbers=numbers, purpose="suppression", now=now)) == len(numbers)
        reasons = casting.rows(
            "SELECT reason FROM audit_trace WHERE staff_id = %(id)s AND at = %(at)s ORDER BY id", id=by.staff_id, at=now
        )
        assert reasons == [("n=5000",), ("n=1",)]


class TestKeeper:
    def test_hashes_once_for_a_trace(self, cast: Cast) -> None:
        trace = hashing(cast)
        assert ask(trace, NUMBERS)
        assert refusal(trace, NUMBERS) == "already_answered"

    def test_hashes_nothing_for_the_trace_of_a_look(self, cast: Cast, desk: None) -> None:
        assert refusal(look(cast.lan, cast.member(held_by=cast.lan)), NUMBERS) == "trace_of_another_act"
        assert refusal(hashing(cast, process="desk", action="member.view"), NUMBERS) == "trace_of_another_act"

    def test_opens_nothing_for_the_trace_of_a_hash(self, cast: Cast) -> None:
        assert denied(hashing(cast)) == "field_outside_purpose"

    def test_hashes_nothing_for_another_processs_trace(self, cast: Cast) -> None:
        trace = hashing(cast)
        with signed_in_as("desk"):
            assert refusal(trace, NUMBERS) == "trace_of_another_process"

    @pytest.mark.parametrize("process", ["dialer", "auditor", "keeper"])
    def test_hashes_nothing_for_processes_without_need(self, cast: Cast, process: str) -> None:
        trace = hashing(cast)
        with signed_in_as(process):
            assert refusal(trace, NUMBERS) == "too_many_numbers"

    @pytest.mark.parametrize("numbers", [["+86138"] * (keeper.LARGEST_BATCH + 1), "+8613800138000", None, {"a": 1}])
    def test_refuses_what_is_no_batch(self, cast: Cast, numbers: object) -> None:
        assert refusal(hashing(cast), numbers) == "batch_too_large"

    def test_answers_what_is_no_number_with_no_more_than_that(self, cast: Cast) -> None:
        assert refusal(hashing(cast), ["１３８００１３８０００"]) == "bad_request"


class TestBudget:
    def test_is_spent_within_a_minute_and_comes_back(self) -> None:
        budget = budgets.Budget(60)
        assert budget.take(50, at=0.0)
        assert not budget.take(11, at=1.0)
        assert budget.take(10, at=59.0)
        assert not budget.take(1, at=59.9)
        assert budget.take(50, at=60.1)
        assert not budget.take(1, at=61.0)

    def test_of_the_pages_is_that_of_people_who_type(self) -> None:
        assert budgets.HASHES_A_MINUTE["desk"] <= 60
        assert budgets.HASHES_A_MINUTE["portal"] <= 60
