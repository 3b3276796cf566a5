"""The keeper over its real socket, asked by the desk for what a trace names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from hongxian.audit import recording
from hongxian.kernel.clock import day_of
from hongxian.vault import asking, noting, shredding
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Sequence


def look(
    by: Person,
    *members: Someone,
    fields: Sequence[str] = ("alias",),
    purpose: str = "outreach.call",
    at: datetime | None = None,
    **more: Any,
) -> recording.TraceRef:
    """A trace of a look, committed at once outside a transaction."""
    return recording.record(
        by=by.actor(),
        action="member.view",
        purpose=purpose,
        city_id=members[0].city_id,
        member_ids=[each.member_id for each in members],
        fields=fields,
        now=at or casting.now(),
        **more,
    )


def denied(trace: recording.TraceRef) -> str:
    """Why the keeper opens nothing."""
    with pytest.raises(asking.KeeperDenied) as refusal:
        asking.reveal(trace)
    return refusal.value.reason


@pytest.mark.usefixtures("desk")
class TestTrace:
    def test_opens_exactly_the_fields_that_it_names(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        assert asking.reveal(look(cast.lan, member)) == {member.member_id: {"alias": member.alias}}

    def test_opens_all_members_of_a_list(self, cast: Cast) -> None:
        members = [cast.member(held_by=cast.lan) for _ in range(3)]
        opened = asking.reveal(look(cast.lan, *members))
        assert opened == {each.member_id: {"alias": each.alias} for each in members}

    def test_opens_notes_with_their_envelopes(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        noting.add_note(by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, text="一", now=casting.now())
        noting.add_note(by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, text="二", now=casting.now())
        opened = asking.reveal(look(cast.lan, member, fields=("alias", "note")))[member.member_id]
        written = noting.notes_of(city_id=cast.city_id, member_id=member.member_id)
        assert sorted(opened) == ["alias", "note"]
        assert dict(opened["note"]) == dict(zip((row.envelope_id for row in written), ("二", "一"), strict=True))

    def test_that_is_not_committed_opens_nothing(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        with transaction.atomic():
            trace = look(cast.lan, member)
            assert denied(trace) == "no_committed_trace"
        assert asking.reveal(trace)[member.member_id] == {"alias": member.alias}

    def test_that_was_rolled_back_has_revealed_nothing(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        with transaction.atomic():
            trace = look(cast.lan, member)
            inside = denied(trace)
            transaction.set_rollback(True)
        assert (inside, denied(trace)) == ("no_committed_trace", "no_committed_trace")
        assert casting.traces(member) == []

    def test_is_answered_once(self, cast: Cast) -> None:
        trace = look(cast.lan, cast.member(held_by=cast.lan))
        asking.reveal(trace)
        assert denied(trace) == "already_answered"

    def test_is_answered_once_however_many_ask_at_once(self, cast: Cast) -> None:
        trace = look(cast.lan, cast.member(held_by=cast.lan))
        assert at_once(trace for _ in range(12)) == ["already_answered"] * 11 + ["opened"]

    @pytest.mark.parametrize("seconds", [-61, 6, 3600])
    def test_must_be_fresh(self, cast: Cast, seconds: int) -> None:
        trace = look(cast.lan, cast.member(held_by=cast.lan), at=casting.now() + timedelta(seconds=seconds))
        assert denied(trace) == "no_committed_trace"

    def test_may_be_nearly_a_minute_old(self, cast: Cast) -> None:
        assert asking.reveal(look(cast.lan, cast.member(held_by=cast.lan), at=casting.now() - timedelta(seconds=50)))

    def test_of_a_denied_try_opens_nothing(self, cast: Cast) -> None:
        assert denied(look(cast.lan, cast.member(held_by=cast.lan), denied=True)) == "no_committed_trace"

    def test_of_another_city_is_another_trace(self, cast: Cast) -> None:
        trace = look(cast.lan, cast.member(held_by=cast.lan))
        assert denied(recording.TraceRef(trace.city_id + 1, trace.at, trace.id)) == "no_committed_trace"

    def test_of_another_process_opens_nothing(self, cast: Cast) -> None:
        trace = look(cast.lan, cast.member(held_by=cast.lan))
        with signed_in_as("worker"):
            assert denied(trace) == "trace_of_another_process"
        assert asking.reveal(trace), "the other's try must not use it up"


@pytest.mark.usefixtures("desk")
class TestPurpose:
    @pytest.mark.parametrize("fields", [("name",), ("alias", "name"), ("wechat",), ("birth",), ("remark",), ("criteria",)])
    def test_bounds_the_fields(self, cast: Cast, fields: tuple[str, ...]) -> None:
        assert denied(look(cast.lan, cast.member(held_by=cast.lan), fields=fields)) == "field_outside_purpose"

    def test_opens_nothing_for_plain_fields_alone(self, cast: Cast) -> None:
        assert denied(look(cast.lan, cast.member(held_by=cast.lan), fields=("district",))) == "field_outside_purpose"

    @pytest.mark.parametrize("purpose", ["", "curiosity", "introduction"])
    def test_must_exist_and_be_live(self, cast: Cast, purpose: str) -> None:
        assert denied(look(cast.lan, cast.member(held_by=cast.lan), purpose=purpose)) == "purpose_not_live"

    @pytest.mark.parametrize("purpose", ["account", "rights.code"])
    def test_of_the_system_alone_opens_nothing_for_staff(self, cast: Cast, purpose: str) -> None:
        """These purposes name sealed fields and need no ground of a relationship: no trace of the desk's gets by."""
        member = cast.member(held_by=cast.lan)
        assert denied(look(cast.lan, member, purpose=purpose, fields=("number",))) == "no_ground"


@pytest.mark.usefixtures("desk")
class TestGround:
    def test_is_needed(self, cast: Cast) -> None:
        assert denied(look(cast.lan, cast.member(pooled=True))) == "no_ground"

    def test_must_not_have_run_out(self, cast: Cast) -> None:
        member = cast.member()
        cast.hold(member, cast.lan, until=casting.now() - timedelta(seconds=1))
        assert denied(look(cast.lan, member)) == "no_ground"

    def test_of_somebody_else_is_none(self, cast: Cast) -> None:
        assert denied(look(cast.mei, cast.member(held_by=cast.lan))) == "no_ground"

    def test_of_another_kind_is_none(self, cast: Cast) -> None:
        member = cast.member()
        casting.ground(member, cast.lan, kind="case")
        assert denied(look(cast.lan, member)) == "no_ground"

    def test_is_needed_for_each_of_a_list(self, cast: Cast) -> None:
        mine, others = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        assert denied(look(cast.lan, mine, others)) == "no_ground"

    @pytest.mark.parametrize("state", ["minor", "deceased", "restricted", "erased"])
    def test_counts_for_the_living_and_grown_only(self, cast: Cast, state: str) -> None:
        assert denied(look(cast.lan, cast.member(held_by=cast.lan, state=state))) == "no_ground"


@pytest.mark.usefixtures("desk")
class TestReceipt:
    def test_is_needed(self, cast: Cast) -> None:
        assert denied(look(cast.lan, cast.member(held_by=cast.lan, consents=()))) == "no_consent"

    def test_for_another_purpose_is_none(self, cast: Cast) -> None:
        assert denied(look(cast.lan, cast.member(held_by=cast.lan, consents=("outreach.sms",)))) == "no_consent"

    def test_runs_out(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan, given_on=day_of(casting.now()) - timedelta(days=731))
        assert denied(look(cast.lan, member)) == "no_consent"

    def test_runs_through_its_last_day(self, cast: Cast) -> None:
        assert asking.reveal(look(cast.lan, cast.member(held_by=cast.lan, given_on=day_of(casting.now()) - timedelta(days=730))))

    def test_given_for_an_old_notice_does_not_count(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan, consents=())
        casting.receipt(member, "outreach.call", notice_hash="0" * 32)
        assert denied(look(cast.lan, member)) == "no_consent"

    def test_withdrawn_does_not_count(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        casting.withdrawal(member, "outreach.call")
        assert denied(look(cast.lan, member)) == "no_consent"

    def test_given_anew_counts_again(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        casting.withdrawal(member, "outreach.call", at=casting.now() - timedelta(hours=1))
        casting.receipt(member, "outreach.call", recorded_at=casting.now())
        assert asking.reveal(look(cast.lan, member))

    def test_is_needed_for_each_of_a_list(self, cast: Cast) -> None:
        members = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)
        casting.withdrawal(members[1], "outreach.call")
        assert denied(look(cast.lan, *members)) == "no_consent"


class TestEnvelope:
    def test_without_its_key_opens_no_more(self, cast: Cast, desk: None) -> None:
        """Shredding leaves nothing, neither here nor in what a backup of the data would bring back."""
        member = cast.member(held_by=cast.lan)
        kept = casting.rows(
            "SELECT alias FROM vault_envelope WHERE member_id = %(id)s AND alias IS NOT NULL", id=member.member_id
        )
        with signed_in_as("worker"), transaction.atomic():
            shredding.shred(city_id=member.city_id, member_id=member.member_id)
        casting.ground(member, cast.lan)
        casting.insert(
            "vault_envelope",
            city_id=member.city_id,
            member_id=member.member_id,
            held=["alias"],
            alias=kept[0][0],
            sealed_at=casting.now(),
        )
        assert asking.reveal(look(cast.lan, member)) == {member.member_id: {}}

    def test_that_was_altered_opens_nothing(self, cast: Cast, desk: None) -> None:
        member = cast.member(held_by=cast.lan)
        casting.run(
            "UPDATE vault_envelope SET alias = set_byte(alias, 14, get_byte(alias, 14) # 1) WHERE member_id = %(id)s AND alias IS NOT NULL",
            id=member.member_id,
        )
        assert denied(look(cast.lan, member)) == "seal_broken"

    def test_moved_to_another_member_opens_nothing(self, cast: Cast, desk: None) -> None:
        """Who can write envelopes could otherwise make a stranger's name show up under a member of their own."""
        mine, stranger = cast.member(held_by=cast.lan), cast.member()
        for table in ("vault_envelope", "vault_datakey"):
            casting.run(f"DELETE FROM {table} WHERE member_id = %(id)s", id=mine.member_id)
            casting.run(
                f"UPDATE {table} SET member_id = %(to)s WHERE member_id = %(id)s", to=mine.member_id, id=stranger.member_id
            )
        assert denied(look(cast.lan, mine)) == "seal_broken"


def at_once(traces: Any) -> list[str]:
    """Asks for each trace on a thread of its own, all at the same time; what came of each, sorted."""

    def ask(trace: recording.TraceRef) -> str:
        try:
            asking.reveal(trace)
        except asking.KeeperDenied as refusal:
            return refusal.reason
        finally:
            asking.forget()
        return "opened"

    every = list(traces)
    with ThreadPoolExecutor(len(every)) as threads:
        return sorted(threads.map(ask, every))
