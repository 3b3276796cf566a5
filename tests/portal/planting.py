"""Rows about one person in every table about people, each with values that are told apart from all others."""

from __future__ import annotations

import json
import random
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hongxian.portal import parts
from hongxian.vault import own_words, words
from tests import cast as casting
from tests.contracts.visit_pages import a_package, cast_room
from tests.owner import rows

if TYPE_CHECKING:
    from tests.cast import Cast, Someone

# How a table says whom a row is about.
NAMING = ("member_id", "member_ids", "number_hash", "number_hashes")
# Values that a table's own rules ask for.
GIVEN: dict[tuple[str, str], Any] = {
    ("safety_case", "subject"): -(2**62),
    ("safety_report", "subject"): -(2**62),
    ("rights_request", "kind"): "copy",
    ("rights_request", "state"): "open",
    ("rights_request", "answered_at"): None,
    ("rights_request", "answer_id"): None,
    ("rights_request", "refusal_reason"): "",
    ("rights_request", "complaint_route"): "",
    ("rights_request", "number_hash"): None,
    ("rights_complaint", "about"): "call",
    ("rights_complaint", "number_hash"): None,
    ("rights_complaint", "closed_at"): None,
    ("rights_complaint", "closed_by"): None,
    ("rights_complaint", "closed_role"): "",
    ("rights_complaint", "answer_id"): None,
    ("rights_complaint", "reopened_at"): None,
    ("audit_trace", "outcome"): "denied",
    ("letters_viewed", "birth_from"): 1990,
    ("letters_viewed", "height_from"): 170,
    ("outreach_call", "seconds"): 4321,
    ("outreach_placedcall", "state"): "ended",
    ("outreach_message", "state"): "handed",
    ("outreach_message", "how"): "library",
    ("vault_visit", "scope"): "stop",
    ("vault_visit", "ended_at"): None,
    ("safety_report", "about"): "member",
    ("safety_report", "kind"): "money",
    ("safety_report", "staff_id"): None,
    ("safety_report", "reporter_kind"): "staff",
    ("safety_case", "about"): "member",
    ("safety_case", "staff_id"): None,
    ("safety_case", "state"): "open",
    ("safety_case", "taken_by"): None,
    ("safety_case", "taken_at"): None,
    ("safety_case", "closed_at"): None,
    ("safety_case", "closed_by"): None,
    ("safety_case", "result"): "",
    ("visits_visit", "state"): "cancelled",
    ("visits_visit", "begins"): datetime(2026, 3, 7, 6, 30, tzinfo=UTC),
    ("visits_visit", "ends"): datetime(2026, 3, 7, 7, 30, tzinfo=UTC),
    ("visits_visit", "arrived_at"): None,
    ("sales_contract", "state"): "cancelled",
    ("sales_contract", "signed_on"): date(2026, 3, 7),
    ("sales_contract", "ends_on"): date(2026, 9, 7),
    ("sales_contract", "decided_by"): None,
    ("vault_pushed", "kind"): "card",
    ("vault_pushed", "ground"): "claim",
    ("vault_pushed", "revoked_at"): None,
}
# What others reported about the person is not theirs to see; what they reported themselves is planted by hand.
OF_OTHERS = {"safety_report", "safety_case"}
# Planted by hand below, because other rows hang on them.
BY_HAND = {"members_member", "members_number", "vault_envelope", "vault_datakey", "letters_other", "letters_sent", "vault_pushed"}


@dataclass
class Planted:
    """What was written about somebody, by table: texts and numbers that are nobody else's."""

    texts: dict[str, set[str]] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=dict)

    def note(self, table: str, value: Any) -> None:
        if isinstance(value, str) and len(value) >= 8:
            self.texts.setdefault(table, set()).add(value)
        elif isinstance(value, int) and not isinstance(value, bool) and value > 10**6:
            self.numbers.setdefault(table, set()).add(value)


def tables() -> dict[str, dict[str, tuple[str, bool, int]]]:
    """Every table that names a person: its columns with their types, whether they may be blank, and their lengths."""
    found: dict[str, dict[str, tuple[str, bool, int]]] = {}
    for table, column, kind, blank, length in rows(
        "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL), NOT a.attnotnull, greatest(a.atttypmod - 4, 0)"
        "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        "   AND a.attnum > 0 AND NOT a.attisdropped"
    ):
        found.setdefault(table, {})[column] = (kind, blank, length)
    return {table: columns for table, columns in found.items() if set(columns) & set(NAMING)}


def plant(cast: Cast, someone: Someone) -> Planted:
    """One row in every such table about `someone`, who is held by 兰."""
    planted = Planted()
    _by_hand(cast, someone, planted)
    there = {"pools_holding", "vault_ground", "consent_receipt"}  # made with the member
    for table, columns in tables().items():
        if table in BY_HAND | there:
            continue
        values = {name: _value(table, name, *about, cast, someone) for name, about in columns.items()}
        if values.get("id") is not None and columns["id"][0] == "bigint" and table != "audit_trace":
            del values["id"]
        casting.insert_bare(table, **values)
        for name, value in ({} if table in OF_OTHERS else values).items():
            if name not in {*NAMING, "purpose", "state"} and (table, name) not in parts.COLUMNS_LEFT_OUT:
                for each in _told(value):
                    planted.note(table, each)
    return planted


def _told(value: Any) -> list[Any]:
    """A value apart from the brackets around it."""
    if isinstance(value, str) and value.startswith("["):
        return list(json.loads(value))
    return value if isinstance(value, list) else [value]


def far_apart() -> None:
    """From now on members have numbers that stand for nothing else by chance."""
    rows(
        "SELECT setval('members_member_id_seq', greatest(nextval('members_member_id_seq'), %(at)s))",
        at=random.randint(10**9, 10**10),
    )


def _value(table: str, name: str, kind: str, blank: bool, length: int, cast: Cast, someone: Someone) -> Any:  # noqa: FBT001, PLR0911
    if (table, name) in GIVEN:
        return GIVEN[table, name]
    known = {
        "city_id": someone.city_id,
        "member_id": someone.member_id,
        "member_ids": [someone.member_id],
        "number_hash": someone.hashes[0],
        "number_hashes": someone.hashes,
        "store_id": cast.east,
        "team_id": cast.team,
        "pool_id": cast.east_pool,
        "purpose": "outreach.call",
        "thing": "request",
    }
    if name == "amount_fen":
        return random.randint(10**6 + 1, 10**7)
    if (table, name) in {("rights_affected", "incident_id"), ("visits_visit", "room_id"), ("sales_contract", "package_id")}:
        return {"incident_id": told_of, "room_id": lambda: cast_room(cast), "package_id": a_package}[name]()
    if name in known:
        return known[name]
    if name.endswith(("staff_id", "_by")):
        return cast.lan.staff_id
    if kind in {"text", "character varying"}:
        return secrets.token_hex(16)[: min(length, 32) if length else 32]
    plain: dict[str, Any] = {
        "bigint": random.randint(10**12, 10**15),
        "integer": random.randint(10**7, 10**9),
        "smallint": 3,
        "boolean": True,
        "date": casting.now().date(),
        "timestamp with time zone": datetime.now(UTC) - timedelta(minutes=random.randint(1, 50)),
        "bytea": secrets.token_bytes(32),
        "jsonb": json.dumps([secrets.token_hex(8)]),
        "text[]": [secrets.token_hex(8)],
        "integer[]": [random.randint(10**7, 10**9)],
        "bigint[]": [random.randint(10**12, 10**15)],
        "uuid": uuid4(),
    }
    assert kind in plain, f"{table}.{name}: what is a {kind}? (blank: {blank})"
    return plain[kind]


def told_of() -> int:
    """An incident about which everybody concerned has been told."""
    number: int = casting.insert(
        "rights_incident",
        kind="leak",
        discovered_at=casting.now(),
        opened_at=casting.now(),
        opened_by=0,
        asked_at=casting.now(),
        counted_at=casting.now(),
        notice_zh="说明",
        notice_en="notice",
        measures="x",
        notified_at=casting.now(),
    )
    return number


def _by_hand(cast: Cast, someone: Someone, planted: Planted) -> None:
    about = {"city_id": someone.city_id, "member_id": someone.member_id}
    note = f"顾问备注{secrets.token_hex(6)}"
    said = f"我的申请{secrets.token_hex(6)}"
    letter = f"我写的信{secrets.token_hex(6)}"
    other = secrets.token_bytes(32)
    envelope = seal(someone, "note", note, staff_id=cast.lan.staff_id)
    assert envelope
    said_id = seal(someone, "request_text", said)
    casting.insert(
        "rights_request",
        **about,
        kind="explain",
        state="open",
        opened_at=casting.now(),
        due_on=casting.now().date(),
        remind_on=casting.now().date(),
        said_id=said_id,
    )
    casting.insert_bare("letters_other", **about, place=1, other_ref=other)
    [sealed] = own_words.seal(field=own_words.SENT, texts=[(someone.member_id, letter)])
    casting.insert(
        "letters_sent",
        **about,
        other_ref=other,
        at=casting.now(),
        kek_id=sealed.kek_id,
        wrapped=sealed.wrapped,
        sealed=sealed.sealed,
        kept_until=casting.now().date(),
    )
    casting.insert(
        "vault_pushed",
        **about,
        staff_id=cast.lan.staff_id,
        ground="claim",
        kind="message",
        pushed_at=casting.now(),
        until=casting.now() + timedelta(days=3),
        kek_id=sealed.kek_id,
        wrapped=sealed.wrapped,
        sealed=sealed.sealed,
    )
    for text in (note, letter, someone.alias, someone.name, someone.number, someone.wechat, someone.birth, someone.remark):
        planted.note("vault_envelope", text)
    planted.numbers["members_member"] = {someone.member_id}
    planted.texts["rights_request"] = {said}


@dataclass(frozen=True)
class Subject:
    """Whom words are sealed for, where there is no record."""

    city_id: int
    member_id: int


def subject_of(someone: Someone) -> Subject:
    """Somebody as they are known before they have a record: by their number."""
    return Subject(0, words.subject_of(member_id=None, number_hash=someone.hashes[0]))


def seal(someone: Someone | Subject, name: str, text: str, **more: Any) -> int:
    """An envelope of its own for a note, or for words to the privacy office."""
    from django.conf import settings

    from hongxian.vault.sealing import WORDS, Sealer

    sealed = Sealer(settings.HOME.keys).seal(someone.member_id, {name: text})
    about = {"city_id": someone.city_id, "member_id": someone.member_id}
    column = "words" if name in WORDS else name
    envelope: int = casting.insert(
        "vault_envelope", **about, held=[name], sealed_at=casting.now(), **{column: sealed.fields[name]}, **more
    )
    casting.insert_bare("vault_datakey", **about, envelope_id=envelope, kek_id=sealed.kek_id, wrapped=sealed.wrapped)
    return envelope
