"""The gate (触达闸门): every reason it knows, that it fails closed, and that every answer is traced."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from hongxian.consent import purposes
from hongxian.kernel.clock import day_of
from hongxian.outreach import gate
from hongxian.outreach.reasons import REASONS
from hongxian.vault import deciding
from tests import cast as casting
from tests.cast import Cast, Person, Someone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Change = Callable[[Cast, Someone], object]

pytestmark = pytest.mark.usefixtures("desk")


def ask(
    cast: Cast, member: Someone, *, by: Person | None = None, channel: str = "call", at: datetime | None = None
) -> gate.Verdict:
    """What the gate says to 兰, or whoever asks."""
    by = by or cast.lan
    with transaction.atomic():
        return gate.permit(
            by=by.actor(), city_id=member.city_id, member_id=member.member_id, channel=channel, now=at or casting.now()
        )


def say_no(member: Someone, *, record_too: bool = True) -> None:
    """A "no" on the list of numbers; with or without the mark on the record."""
    for each in member.hashes:
        casting.insert_bare(
            "consent_suppression",
            number_hash=each,
            origin=f"t {member.member_id}",
            reason="refused",
            recorded_at=casting.now(),
            staff_id=0,
        )
    if record_too:
        casting.run("UPDATE members_member SET suppressed_at = now() WHERE id = %(id)s", id=member.member_id)


def change(statement: str) -> Change:
    """Something done to the member's row behind the company's back."""
    return lambda _cast, member: casting.run(statement, id=member.member_id)


def state(name: str) -> Change:
    return change(f"UPDATE members_member SET state = '{name}' WHERE id = %(id)s")


def without_receipts(cast: Cast, member: Someone) -> None:
    casting.run("DELETE FROM consent_receipt WHERE member_id = %(id)s", id=member.member_id)


def with_receipt_of(days_ago: int, *, lasting: int = 730) -> Change:
    def arrange(cast: Cast, member: Someone) -> None:
        without_receipts(cast, member)
        given_on = day_of(casting.now()) - timedelta(days=days_ago)
        casting.receipt(member, "outreach.call", given_on=given_on, valid_until=given_on + timedelta(days=lasting))

    return arrange


def for_an_old_notice(cast: Cast, member: Someone) -> None:
    without_receipts(cast, member)
    casting.receipt(member, "outreach.call", notice_hash="0" * 32)


def for_texts_only(cast: Cast, member: Someone) -> None:
    without_receipts(cast, member)
    casting.receipt(member, "outreach.sms")


def ground_ran_out(cast: Cast, member: Someone) -> None:
    casting.run("UPDATE vault_ground SET until = now() - interval '1 second' WHERE member_id = %(id)s", id=member.member_id)


def at_rest(cast: Cast, member: Someone) -> None:
    casting.insert_bare(
        "pools_resting",
        city_id=cast.city_id,
        member_id=member.member_id,
        pool_id=cast.east_pool,
        until=casting.now() + timedelta(days=1),
        reason="no_answer",
    )


def contacted(*days_ago: float, by: str = "mei", channel: str = "call", used: bool = True) -> Change:
    """Numbers shown before."""

    def arrange(cast: Cast, member: Someone) -> None:
        for days in days_ago:
            at = casting.now() - timedelta(days=days)
            casting.insert(
                "vault_permit",
                city_id=cast.city_id,
                member_id=member.member_id,
                staff_id=cast.people[by].staff_id,
                channel=channel,
                purpose=f"outreach.{channel}",
                issued_at=at,
                latest_at=at + timedelta(seconds=60),
                used_at=at + timedelta(seconds=1) if used else None,
            )

    return arrange


def all_of(*changes: Change) -> Change:
    """One after the other."""

    def arrange(cast: Cast, member: Someone) -> None:
        for each in changes:
            each(cast, member)

    return arrange


def lifted(*, hours: float) -> Change:
    """The person's own yes after a no, so many hours from now."""
    at = timedelta(hours=hours)
    return lambda _cast, member: casting.insert_bare(
        "consent_lifting", number_hash=member.hashes[0], lifted_at=casting.now() + at, proof="code"
    )


def no_on_the_list(_cast: Cast, member: Someone) -> None:
    say_no(member, record_too=False)


def contract(*, hours: float) -> Change:
    return lambda cast, member: casting.ground(member, cast.wu, kind="contract", until=casting.now() + timedelta(hours=hours))


MINUTE = 1 / 1440
ALLOWED: dict[str, Change] = {
    "nothing in the way": all_of(),
    "receipt given today": with_receipt_of(0),
    "receipt on its last day": with_receipt_of(730),
    "two contacts within 30 days": contacted(1, 2),
    "three contacts, one of them long ago": contacted(1, 2, 30.01),
    "three permits, one never used": all_of(contacted(1, 2), contacted(3, used=False)),
    "three texts": contacted(1, 2, 3, channel="sms"),
    "rest that is over": all_of(
        at_rest, change("UPDATE pools_resting SET until = now() - interval '1 minute' WHERE member_id = %(id)s")
    ),
    "lifetime nearly spent": change("UPDATE members_member SET contacts = 23 WHERE id = %(id)s"),
    "lifetime spent, but a contract": all_of(
        change("UPDATE members_member SET contacts = 60 WHERE id = %(id)s"), contract(hours=1)
    ),
    "the same contact continued": contacted(5 * MINUTE, 1, 2, by="lan"),
    "withdrawn for another purpose": lambda cast, member: casting.withdrawal(member, "outreach.sms"),
    "a lifted no": all_of(no_on_the_list, lifted(hours=0.01)),
}
DENIED: dict[str, tuple[Change, str]] = {
    "a no": (lambda cast, member: say_no(member), "suppressed"),
    "a no on the number's list alone": (no_on_the_list, "suppressed"),
    "a no on the record alone": (change("UPDATE members_member SET suppressed_at = now() WHERE id = %(id)s"), "suppressed"),
    "a no after a lifting": (all_of(lifted(hours=-1), no_on_the_list), "suppressed"),
    "no receipt": (without_receipts, "no_consent"),
    "receipt that ran out yesterday": (with_receipt_of(731), "no_consent"),
    "receipt that begins tomorrow": (with_receipt_of(-1), "no_consent"),
    "receipt for an old notice": (for_an_old_notice, "no_consent"),
    "receipt for texts only": (for_texts_only, "no_consent"),
    "receipt withdrawn": (lambda cast, member: casting.withdrawal(member, "outreach.call"), "no_consent"),
    "ground that ran out": (ground_ran_out, "no_ground"),
    "ground gone": (change("DELETE FROM vault_ground WHERE member_id = %(id)s"), "no_ground"),
    "ground of another kind": (change("UPDATE vault_ground SET kind = 'case' WHERE member_id = %(id)s"), "no_ground"),
    "at rest": (at_rest, "resting"),
    "three contacts by others": (contacted(1, 2, 29.9), "cap_month"),
    "two contacts and a permit still good": (all_of(contacted(1, 2), contacted(0, used=False)), "cap_month"),
    "the same minutes, but somebody else's contact": (contacted(5 * MINUTE, 1, 2), "cap_month"),
    "a contact that has lasted over a quarter of an hour": (contacted(16 * MINUTE, 1, 2, by="lan"), "cap_month"),
    "contacts strung together to look like one": (
        contacted(*(minutes * MINUTE for minutes in range(17, 101, 14)), by="lan"),
        "cap_month",
    ),
    "lifetime spent": (change("UPDATE members_member SET contacts = 24 WHERE id = %(id)s"), "cap_lifetime"),
    "lifetime spent without filing anything": (contacted(*range(40, 64)), "cap_lifetime"),
    "lifetime spent on both channels": (
        all_of(contacted(*range(40, 52)), contacted(*range(40, 52), channel="sms")),
        "cap_lifetime",
    ),
    "lifetime spent, contract over": (
        all_of(change("UPDATE members_member SET contacts = 24 WHERE id = %(id)s"), contract(hours=-0.01)),
        "cap_lifetime",
    ),
    "minor": (state("minor"), "minor"),
    "deceased": (state("deceased"), "deceased"),
    "restricted": (state("restricted"), "restricted"),
    "erased": (state("erased"), "erased"),
    "training lapsed": (lambda cast, member: cast.forget_training(cast.lan), "training"),
    "agreement expired": (lambda cast, member: cast.expire_agreement(cast.east), "agreement"),
    "person gone": (lambda cast, member: cast.deactivate(cast.lan), "inactive"),
}


class TestPermit:
    @pytest.mark.parametrize("case", ALLOWED)
    def test_is_issued_and_traced(self, cast: Cast, case: str) -> None:
        member = cast.member(held_by=cast.lan)
        ALLOWED[case](cast, member)
        verdict = ask(cast, member)
        assert (verdict.allowed, verdict.reason) == (True, "")
        [(action, purpose, ground, outcome, _reason, staff_id, fields)] = casting.traces(member)
        assert (action, purpose, ground, outcome) == ("gate.permit", "outreach.call", "claim", "allowed")
        assert (staff_id, fields) == (cast.lan.staff_id, ["number"])

    @pytest.mark.parametrize("case", DENIED)
    def test_is_refused_with_its_reason_and_traced(self, cast: Cast, case: str) -> None:
        member = cast.member(held_by=cast.lan)
        arrange, reason = DENIED[case]
        arrange(cast, member)
        verdict = ask(cast, member)
        assert (verdict.allowed, verdict.reason, verdict.permit_id, verdict.trace) == (False, reason, None, None)
        assert verdict.reason in REASONS, "people are told in words"
        assert [(trace[3], trace[4]) for trace in casting.traces(member)] == [("denied", reason)]
        fresh = "SELECT count(*) FROM vault_permit WHERE member_id = %(id)s AND used_at IS NULL AND staff_id = %(staff)s"
        assert casting.rows(fresh, id=member.member_id, staff=cast.lan.staff_id) == [(0,)]

    @pytest.mark.parametrize(
        "who", ["mei", "chen", "zheng", "wu", "xu", "operations", "privacy_officer", "auditor", "fraud_desk", "trainer"]
    )
    def test_is_for_the_holder_alone(self, cast: Cast, who: str) -> None:
        person = cast.people[who]
        verdict = ask(cast, cast.member(held_by=cast.lan), by=person)
        assert verdict.reason == ("no_ground" if person.role == "consultant" else "role")

    def test_across_cities_is_refused_even_with_a_ground(self, cast: Cast) -> None:
        elsewhere = Cast(timezone=cast.timezone)
        member = elsewhere.member()
        casting.ground(member, cast.lan)
        assert ask(cast, member).reason == "no_such_member"

    def test_for_nobody_is_refused(self, cast: Cast) -> None:
        with transaction.atomic():
            verdict = gate.permit(by=cast.lan.actor(), city_id=cast.city_id, member_id=2**60, channel="call", now=casting.now())
        assert verdict.reason == "no_such_member"

    def test_for_a_text_asks_for_consent_to_texts(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan, consents=("outreach.call",))
        assert ask(cast, member, channel="sms").reason == "no_consent"
        assert ask(cast, member, channel="call").allowed

    def test_for_a_text_has_a_cap_of_its_own(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        contacted(1, 2, 3, channel="sms")(cast, member)
        assert ask(cast, member, channel="sms").allowed
        contacted(4, channel="sms")(cast, member)
        casting.run("DELETE FROM vault_permit WHERE staff_id = %(id)s", id=cast.lan.staff_id)
        assert ask(cast, member, channel="sms").reason == "cap_month"

    def test_continues_a_contact_however_often_within_its_quarter_of_an_hour(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        contacted(1, 2)(cast, member)
        assert [ask(cast, member).reason for _ in range(4)] == [""] * 4
        casting.run("UPDATE vault_permit SET used_at = issued_at WHERE member_id = %(id)s", id=member.member_id)
        assert ask(cast, member, at=casting.now() + timedelta(minutes=16)).reason == "cap_month"


class TestHours:
    @pytest.mark.parametrize(
        ("clock", "reason"),
        [
            ("00:00", "hours"),
            ("08:59", "hours"),
            ("09:00", ""),
            ("12:30", ""),
            ("20:59", ""),
            ("21:00", "hours"),
            ("23:59", "hours"),
        ],
    )
    @pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Urumqi", "America/New_York"])
    def test_are_those_of_the_members_place(self, company: None, zone: str, clock: str, reason: str) -> None:
        cast = Cast(timezone=zone)
        member = cast.member(held_by=cast.lan)
        hour, minute = map(int, clock.split(":"))
        tomorrow = casting.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)
        assert ask(cast, member, at=tomorrow.replace(hour=hour, minute=minute, second=59)).reason == reason


class TestFailsClosed:
    @pytest.mark.parametrize(
        "table",
        [
            "consent_suppression",
            "consent_lifting",
            "consent_receipt",
            "consent_withdrawal",
            "vault_ground",
            "vault_permit",
            "pools_resting",
        ],
    )
    def test_when_something_cannot_be_read(self, cast: Cast, table: str) -> None:
        member = cast.member(held_by=cast.lan)
        with unreadable(table), pytest.raises(DatabaseError):
            ask(cast, member)
        assert casting.rows("SELECT count(*) FROM vault_permit WHERE member_id = %(id)s", id=member.member_id) == [(0,)]
        assert ask(cast, member).allowed, "and opens again"

    @pytest.mark.parametrize("table", ["audit_trace", "vault_permit"])
    def test_when_something_cannot_be_written(self, cast: Cast, table: str) -> None:
        member = cast.member(held_by=cast.lan)
        with unwritable(table), pytest.raises(DatabaseError):
            ask(cast, member)
        assert casting.rows("SELECT count(*) FROM vault_permit WHERE member_id = %(id)s", id=member.member_id) == [(0,)]

    def test_when_the_catalogue_cannot_be_read(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken() -> purposes.Catalogue:
            raise purposes.CatalogueUnreadable

        member = cast.member(held_by=cast.lan)
        monkeypatch.setattr(deciding, "catalogue", broken)
        with pytest.raises(purposes.CatalogueUnreadable):
            ask(cast, member)
        assert casting.rows("SELECT count(*) FROM vault_permit WHERE member_id = %(id)s", id=member.member_id) == [(0,)]

    def test_when_the_purpose_is_switched_off(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        text = purposes.FILE.read_text()
        start = text.index('[purposes."outreach.call"]')
        file = tmp_path_factory.mktemp("catalogue") / "purposes.toml"
        file.write_text(text[:start] + text[start:].replace("live = true", "live = false", 1))
        member = cast.member(held_by=cast.lan)
        monkeypatch.setattr(deciding, "catalogue", lambda: purposes.catalogue(file))
        assert ask(cast, member).reason == "purpose_not_live"


@contextmanager
def unreadable(table: str) -> Iterator[None]:
    """The desk may not read the table meanwhile."""
    casting.run(f"REVOKE SELECT ON {table} FROM hongxian_desk")
    try:
        yield
    finally:
        casting.run(f"GRANT SELECT ON {table} TO hongxian_desk")


@contextmanager
def unwritable(table: str) -> Iterator[None]:
    """The desk may not add to the table meanwhile."""
    casting.run(f"REVOKE INSERT ON {table} FROM hongxian_desk")
    try:
        yield
    finally:
        casting.run(f"GRANT INSERT ON {table} TO hongxian_desk")
