"""What is past its time by the catalogue goes in the night, and nothing younger does."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import errors

from hongxian import retention
from hongxian.cli import company as installation
from hongxian.consent.purposes import catalogue
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.pools import grading
from hongxian.vault import words
from tests import cast as casting
from tests.cast import Cast, Someone

DAY = timedelta(days=1)
AGES = (0, 29, 31, 400, 729, 731, 1095, 1097, 1500)  # days


def at(days: int) -> datetime:
    return casting.now() - timedelta(days=days, minutes=-5 if days == 0 else 0)


class TestEveryPurpose:
    def test_that_is_kept_for_days_and_in_use_has_a_sweeper(self) -> None:
        """Register one in hongxian/retention.py; without it the catalogue promises what nobody does."""
        promised = {name for name, purpose in catalogue().purposes.items() if purpose.live and purpose.keep.days is not None}
        assert promised == set(retention.SWEEPERS) | set(retention.NOTHING_YET)
        assert not set(retention.SWEEPERS) & set(retention.NOTHING_YET)
        assert all(retention.SWEEPERS.values())


@pytest.mark.usefixtures("home")
class TestSweep:
    """As the worker, whose role tests have unless they say otherwise."""

    @pytest.mark.parametrize("channel", ["call", "sms"])
    def test_permits(self, channel: str) -> None:
        cast = Cast()
        member = cast.member()
        for age in AGES:
            permit(member, channel=channel, issued_at=at(age))
        retention.sweep(now=casting.now())
        left = ages("SELECT issued_at FROM vault_permit WHERE city_id = %(city)s", member)
        assert left == [age for age in AGES if age < 730]

    def test_permits_of_the_erased(self) -> None:
        cast = Cast()
        member = cast.member(state="erased")
        for age in AGES:
            permit(member, channel="call", issued_at=at(age))
        retention.sweep(now=casting.now())
        assert ages("SELECT issued_at FROM vault_permit WHERE city_id = %(city)s", member) == [0, 29]

    def test_notes_and_their_keys_and_no_other_envelope(self) -> None:
        cast = Cast()
        member = cast.member()
        for age in AGES:
            envelope = cast.seal(member, note="一条备注")
            casting.run("UPDATE vault_envelope SET sealed_at = %(at)s WHERE id = %(id)s", at=at(age), id=envelope)
        casting.run("UPDATE vault_envelope SET sealed_at = %(at)s WHERE held <> ARRAY['note']", at=at(1500))
        retention.sweep(now=casting.now())
        left = ages("SELECT sealed_at FROM vault_envelope WHERE city_id = %(city)s AND held = ARRAY['note']", member)
        assert left == [age for age in AGES if age < 730]
        assert casting.rows("SELECT count(*) FROM vault_envelope WHERE city_id = %(city)s", city=cast.city_id) == [
            (len(left) + 2,)
        ]
        assert casting.rows("SELECT count(*) FROM vault_datakey WHERE city_id = %(city)s", city=cast.city_id) == [
            (len(left) + 2,)
        ]

    def test_calls_in_whole_months_and_in_parts_of_one(self) -> None:
        cast = Cast()
        member = cast.member()
        month = day_of(at(800)).replace(day=1)
        name = f"outreach_call_{month:%Y_%m}"
        later = (month + timedelta(days=32)).replace(day=1)
        bounds = f"FROM ('{month} 00:00+08') TO ('{later} 00:00+08')"
        casting.run(f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF outreach_call FOR VALUES {bounds}")
        for age in (*AGES, 800):
            call(member, filed_at=at(age))
        gone = retention.sweep(now=casting.now())
        left = ages("SELECT at FROM outreach_call WHERE city_id = %(city)s", member)
        assert left == [age for age in AGES if age < 730]
        assert gone["outreach.call"] >= len(AGES) + 1 - len(left)
        assert casting.rows("SELECT to_regclass(%(name)s) IS NULL", name=name) == [(True,)]

    def test_no_call_of_the_last_700_days_whoever_asks(self) -> None:
        cast = Cast()
        member = cast.member()
        for age in (1, 699, 702):
            call(member, filed_at=at(age))
        with installation.site().connect("worker") as worker:
            worker.execute("SELECT forget_calls('infinity')")
            with pytest.raises(errors.InsufficientPrivilege):
                worker.execute("DELETE FROM outreach_call")
        assert ages("SELECT at FROM outreach_call WHERE city_id = %(city)s", member) == [1, 699]

    def test_placed_calls_and_none_of_the_last_700_days_whoever_asks(self) -> None:
        cast = Cast()
        member = cast.member()
        for age in (1, 699, 702, 731):
            casting.insert(
                "outreach_placedcall",
                city_id=cast.city_id,
                at=at(age),
                member_id=member.member_id,
                staff_id=cast.lan.staff_id,
                request_key=uuid4(),
            )
        retention.sweep(now=casting.now())
        assert ages("SELECT at FROM outreach_placedcall WHERE city_id = %(city)s", member) == [1, 699, 702]
        with installation.site().connect("worker") as worker:
            worker.execute("SELECT forget_placed_calls('infinity')")
            with pytest.raises(errors.InsufficientPrivilege):
                worker.execute("DELETE FROM outreach_placedcall")
        assert ages("SELECT at FROM outreach_placedcall WHERE city_id = %(city)s", member) == [1, 699]

    def test_records_that_stand_on_an_ended_consent_alone(self) -> None:
        cast = Cast()
        given = day_of(at(800))
        people = {
            "ended": cast.member(given_on=given),
            "held all the same": cast.member(given_on=given, held_by=cast.lan),
            "without any consent": cast.member(consents=()),
            "renewed": cast.member(given_on=given),
            "longer": cast.member(given_on=given),
            "contract": cast.member(given_on=given),
            "open request": cast.member(given_on=given),
            "restricted": cast.member(given_on=given, state="restricted"),
            "registered": cast.member(given_on=given),
            "came lately": cast.member(given_on=given),
        }
        casting.run("UPDATE members_member SET created_at = %(at)s WHERE city_id = %(city)s", at=at(800), city=cast.city_id)
        casting.receipt(people["renewed"], "outreach.call", given_on=day_of(at(100)))
        casting.receipt(people["longer"], "outreach.sms", given_on=given, valid_until=day_of(casting.now()) + DAY)
        casting.ground(people["contract"], cast.lan, kind="contract")
        ask(people["open request"], kind="request", closed_at=None)
        for name, change in (("registered", "source = 'registration'"), ("came lately", "created_at = now()")):
            casting.run(f"UPDATE members_member SET {change} WHERE id = %(id)s", id=people[name].member_id)
        retention.sweep(now=casting.now())
        states = dict(casting.rows("SELECT id, state FROM members_member WHERE city_id = %(city)s", city=cast.city_id))
        erased = {name for name, each in people.items() if states[each.member_id] == "erased"}
        assert erased == {"ended", "held all the same", "without any consent"}
        left = casting.rows("SELECT DISTINCT member_id FROM vault_envelope WHERE city_id = %(city)s", city=cast.city_id)
        assert {number for (number,) in left} == {each.member_id for name, each in people.items() if name not in erased}

    def test_places_in_pools_whose_consent_has_run_out(self) -> None:
        cast = Cast()
        stays, leaves = cast.member(pooled=True), cast.member(pooled=True)
        casting.run(
            "UPDATE members_member SET contact_until = %(day)s WHERE city_id = %(city)s AND id = %(id)s",
            day=day_of(casting.now()) - DAY,
            city=cast.city_id,
            id=leaves.member_id,
        )
        retention.sweep(now=casting.now())
        left = casting.rows("SELECT member_id FROM pools_entry WHERE city_id = %(city)s", city=cast.city_id)
        assert left == [(stays.member_id,)]

    def test_places_of_those_who_agreed_to_an_old_text(self) -> None:
        cast = Cast()
        stays, pooled = cast.member(pooled=True), cast.member(pooled=True, consents=())
        held = cast.member(held_by=cast.lan, consents=())
        for someone in (pooled, held):
            casting.receipt(someone, "outreach.call", notice_hash="0" * 32)
        retention.sweep(now=casting.now())
        for table, left in (("pools_entry", [(stays.member_id,)]), ("pools_holding", []), ("vault_ground", [])):
            assert casting.rows(f"SELECT member_id FROM {table} WHERE city_id = %(city)s", city=cast.city_id) == left, table
        assert retention.sweep(now=casting.now())["pool.card"] == 0

    def test_grades_whose_consent_has_run_out(self) -> None:
        cast = Cast()
        stays, past = cast.member(), cast.member(given_on=day_of(at(800)))
        grade = (
            "UPDATE members_member SET grade = 'A', grade_inputs = '{\"agreed\": true, \"intent\": 25}' WHERE city_id = %(city)s"
        )
        casting.run(grade, city=cast.city_id)
        retention.sweep(now=casting.now())
        found = dict(
            casting.rows("SELECT id, grade || grade_inputs::text FROM members_member WHERE city_id = %(city)s", city=cast.city_id)
        )
        assert found[past.member_id] == 'C{"agreed": false}'
        assert found[stays.member_id].startswith("A")
        assert grading.forget_past(city_id=cast.city_id, now=casting.now()) == 0

    def test_codes_visits_and_their_texts(self) -> None:
        for age in AGES:
            issued = at(age)
            token = secrets.token_bytes(32)
            casting.insert_bare("vault_code", number_hash=token, issued_at=issued, mac=b"x", until=issued, tries=0)
            casting.insert_bare(
                "vault_visit", token_hash=token, number_hashes=[token], scope="full", opened_at=issued, until=issued
            )
            casting.run(
                "INSERT INTO vault_text (id, sealed, made_at, state) VALUES (gen_random_uuid(), 'x', %(at)s, 'sent')", at=issued
            )
        retention.sweep(now=casting.now())
        for table, column in (("vault_code", "issued_at"), ("vault_visit", "until"), ("vault_text", "made_at")):
            [(oldest,)] = casting.rows(f"SELECT min({column}) FROM {table}")
            assert oldest > casting.now() - DAY, table

    def test_imports_with_their_lines(self) -> None:
        cast = Cast()
        for age in AGES:
            run_id = cast.run()
            casting.run("UPDATE intake_run SET created_at = %(at)s WHERE id = %(id)s", at=at(age), id=run_id)
            casting.insert_bare(
                "intake_line",
                city_id=cast.city_id,
                run_id=run_id,
                row_no=1,
                label="1",
                result="accepted",
                reason="",
                merged_into="",
                consent=True,
                suppressed=False,
                warnings="[]",
            )
        retention.sweep(now=casting.now())
        kept = sum(age < 1096 for age in AGES)
        for table in ("intake_run", "intake_line"):
            assert casting.rows(f"SELECT count(*) FROM {table} WHERE city_id = %(city)s", city=cast.city_id) == [(kept,)]

    def test_requests_and_complaints_with_every_word(self) -> None:
        cast = Cast()
        member = cast.member()
        for age in AGES:
            ask(member, kind="request", closed_at=at(age))
            ask(member, kind="complaint", closed_at=at(age))
        ask(member, kind="complaint", closed_at=at(1500), reopened_at=at(1400))
        retention.sweep(now=casting.now())
        kept = sum(age < 1096 for age in AGES)
        city = {"city": cast.city_id}
        assert casting.rows("SELECT count(*) FROM rights_request WHERE city_id = %(city)s", **city) == [(kept,)]
        assert casting.rows("SELECT count(*) FROM rights_complaint WHERE city_id = %(city)s", **city) == [(kept + 1,)]
        held = "city_id = %(city)s AND held && ARRAY['request_text', 'complaint_text']"
        assert casting.rows(f"SELECT count(*) FROM vault_envelope WHERE {held}", **city) == [(2 * (2 * kept + 1),)]

    def test_leaves_traces_and_receipts_alone_and_says_what_it_did(self) -> None:
        cast = Cast()
        member = cast.member(given_on=day_of(at(1500)))
        permit(member, channel="call", issued_at=at(1500))
        retention.sweep(now=casting.now())
        assert casting.rows("SELECT count(*) FROM consent_receipt WHERE city_id = %(city)s", city=cast.city_id) == [(3,)]
        traced = casting.rows(
            "SELECT purpose, reason, member_ids FROM audit_trace WHERE city_id = %(city)s AND action = 'retention.sweep'"
            " ORDER BY purpose",
            city=cast.city_id,
        )
        assert ("outreach.call", "n=1", []) in traced

    def test_again_finds_nothing(self) -> None:
        cast = Cast()
        permit(cast.member(), channel="call", issued_at=at(1500))
        retention.sweep(now=casting.now())
        assert sum(retention.sweep(now=casting.now()).values()) == 0


def ages(query: str, member: Someone) -> list[int]:
    return sorted(round((casting.now() - when) / DAY) for (when,) in casting.rows(query, city=member.city_id))


def permit(member: Someone, *, channel: str, issued_at: datetime) -> None:
    casting.insert(
        "vault_permit",
        city_id=member.city_id,
        member_id=member.member_id,
        staff_id=1,
        channel=channel,
        purpose=f"outreach.{channel}",
        issued_at=issued_at,
        latest_at=issued_at,
        used_at=issued_at,
    )


def call(member: Someone, *, filed_at: datetime) -> None:
    casting.run(
        "INSERT INTO outreach_call (city_id, at, member_id, staff_id, outcome, filed, request_key)"
        " VALUES (%(city)s, %(at)s, %(member)s, 1, 'busy', 'hand', gen_random_uuid())",
        city=member.city_id,
        at=filed_at,
        member=member.member_id,
    )


def ask(member: Someone, *, kind: str, closed_at: datetime | None, reopened_at: datetime | None = None) -> None:
    by = Actor.system("test", city_id=member.city_id)
    said, answer = (
        words.add(
            by=by, city_id=member.city_id, subject=member.member_id, field=f"{kind}_text", text="请告诉我", now=casting.now()
        )
        for _ in range(2)
    )
    about: dict[str, Any] = {"city_id": member.city_id, "member_id": member.member_id, "said_id": said, "answer_id": answer}
    if closed_at is None:
        day, about["answer_id"] = day_of(casting.now()), None
        opened = {"kind": "copy", "opened_at": casting.now(), "due_on": day, "remind_on": day}
        casting.insert("rights_request", **about, **opened, state="open")
    elif kind == "request":
        day = day_of(closed_at)
        casting.insert(
            "rights_request",
            **about,
            kind="copy",
            state="done",
            opened_at=closed_at,
            due_on=day,
            remind_on=day,
            handled_by=1,
            answered_at=closed_at,
        )
    else:
        casting.insert(
            "rights_complaint",
            **about,
            about="call",
            opened_at=closed_at,
            closed_at=closed_at,
            closed_by=1,
            closed_role="privacy_officer",
            reopened_at=reopened_at,
        )
