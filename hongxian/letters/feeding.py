"""
The dating site's feed: what may come in. A batch is read as a whole; one thing that does not belong stops all of it.

Only what the members themselves did: whom they viewed and what they sent. What others wrote is refused, and so is any field
that is not named here. Of the other person nothing is kept but a pseudonym and coarse traits.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hongxian.consent.purposes import catalogue
from hongxian.kernel.refusal import Refusal
from hongxian.members.facets import codes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

LONGEST_BODY = 1_000_000
MOST_MEMBERS, MOST_ITEMS, MOST_OPTED_OUT = 200, 2_000, 5_000
LONGEST_TEXT, LONGEST_REFERENCE, LONGEST_DISTRICT = 2_000, 64, 20
OLDEST, AHEAD = timedelta(days=730), timedelta(minutes=5)
BUCKET = 5
PURPOSE = "letters"
_NUMBER = re.compile(r"\+[1-9]\d{6,14}\Z")
_REFERENCE = re.compile(r"[A-Za-z0-9._:-]+\Z")
# What feeds of other systems call the words of others.
OTHERS_WORDS = frozenset({"received", "inbox", "replies", "reply", "conversation", "from", "sender", "thread", "history"})


class BadBatch(Refusal):
    """Nothing of the batch was taken in. `at` names the place by position, never by value."""

    code = "bad_batch"
    message = _("数据格式不正确，整批未接收。")
    status: ClassVar[int] = 422

    def __init__(self, why: str, at: str = "") -> None:
        super().__init__()
        self.why, self.at = why, at


@dataclass(frozen=True, slots=True)
class ViewedItem:
    """Somebody was looked at; traits are coarse already."""

    other: str
    at: datetime
    birth_from: int | None
    height_from: int | None
    education: str
    district: str


@dataclass(frozen=True, slots=True, repr=False)
class SentItem:
    """Something the member wrote. Not shown by `repr`: it must reach no log."""

    other: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class MembersPart:
    """What one member did. Not shown by `repr`."""

    number: str
    viewed: tuple[ViewedItem, ...]
    sent: tuple[SentItem, ...]


@dataclass(frozen=True, slots=True, repr=False)
class BatchIn:
    """A whole batch, checked."""

    key: UUID
    members: tuple[MembersPart, ...]
    opted_out: tuple[str, ...]


def kept_until(today: date) -> date:
    """The last day on which something that comes in today is kept, as the catalogue says."""
    return today + timedelta(days=catalogue().purposes[PURPOSE].keep.days or 0)


def read(body: bytes, *, now: datetime) -> BatchIn:
    """
    The batch in this body.

    :raises BadBatch: with the first thing that does not belong.
    """
    try:
        raw = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadBatch("not_json") from None  # its own words would quote the text
    whole = _object(raw, "", needs={"batch"}, may={"members", "opted_out"})
    members = _list(whole.get("members", []), "members", most=MOST_MEMBERS, each=lambda one, at: _member(one, at, now))
    if sum(len(each.viewed) + len(each.sent) for each in members) > MOST_ITEMS:
        raise BadBatch("too_many", "members")
    return BatchIn(
        key=_key(whole["batch"]),
        members=members,
        opted_out=_list(whole.get("opted_out", []), "opted_out", most=MOST_OPTED_OUT, each=_reference),
    )


def _no_number(_word: str) -> float:
    raise ValueError


def _key(value: object) -> UUID:
    try:
        return UUID(_text(value, "batch", longest=36))
    except ValueError:
        raise BadBatch("no_uuid", "batch") from None


def _member(value: object, at: str, now: datetime) -> MembersPart:
    raw = _object(value, at, needs={"number"}, may={"viewed", "sent"})
    number = _text(raw["number"], f"{at}.number", longest=16)
    if not _NUMBER.match(number):
        raise BadBatch("no_number", f"{at}.number")
    return MembersPart(
        number=number,
        viewed=_list(raw.get("viewed", []), f"{at}.viewed", most=MOST_ITEMS, each=lambda one, here: _viewed(one, here, now)),
        sent=_list(raw.get("sent", []), f"{at}.sent", most=MOST_ITEMS, each=lambda one, here: _sent(one, here, now)),
    )


def _viewed(value: object, at: str, now: datetime) -> ViewedItem:
    raw = _object(value, at, needs={"other", "at"}, may={"birth_year", "height_cm", "education", "district"})
    education = _text(raw.get("education", ""), f"{at}.education", longest=24, may_be_empty=True)
    if education and education not in codes_of("education"):
        raise BadBatch("unknown_code", f"{at}.education")
    return ViewedItem(
        other=_reference(raw["other"], f"{at}.other"),
        at=_moment(raw["at"], f"{at}.at", now),
        birth_from=_bucket(raw.get("birth_year"), f"{at}.birth_year", 1900, now.year),
        height_from=_bucket(raw.get("height_cm"), f"{at}.height_cm", 100, 250),
        education=education,
        district=_text(raw.get("district", ""), f"{at}.district", longest=LONGEST_DISTRICT, may_be_empty=True),
    )


def _sent(value: object, at: str, now: datetime) -> SentItem:
    raw = _object(value, at, needs={"other", "at", "text"}, may=set())
    return SentItem(
        other=_reference(raw["other"], f"{at}.other"),
        at=_moment(raw["at"], f"{at}.at", now),
        text=_text(raw["text"], f"{at}.text", longest=LONGEST_TEXT),
    )


def _object(value: object, at: str, *, needs: set[str], may: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadBatch("no_object", at)
    names = set(value)
    if names & OTHERS_WORDS:
        raise BadBatch("words_of_others", at)
    if not names <= needs | may:
        raise BadBatch("unknown_field", at)
    if not needs <= names:
        raise BadBatch("missing_field", at)
    return value


def _list(value: object, at: str, *, most: int, each: Callable[[object, str], Any]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise BadBatch("no_list", at)
    if len(value) > most:
        raise BadBatch("too_many", at)
    return tuple(each(one, f"{at}[{place}]") for place, one in enumerate(value))


def _text(value: object, at: str, *, longest: int, may_be_empty: bool = False) -> str:
    if not isinstance(value, str):
        raise BadBatch("no_text", at)
    if len(value) > longest:
        raise BadBatch("too_long", at)
    if "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
        raise BadBatch("bad_text", at)
    text = value.strip()
    if not text and not may_be_empty:
        raise BadBatch("empty", at)
    return text


def _reference(value: object, at: str) -> str:
    text = _text(value, at, longest=LONGEST_REFERENCE)
    if not _REFERENCE.match(text):
        raise BadBatch("no_reference", at)
    return text


def _moment(value: object, at: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, at, longest=40))
    except ValueError:
        raise BadBatch("no_time", at) from None
    if moment.tzinfo is None:
        raise BadBatch("no_zone", at)
    if not now - OLDEST <= moment <= now + AHEAD:
        raise BadBatch("time_out_of_range", at)
    return moment


def _bucket(value: object, at: str, least: int, most: int) -> int | None:
    """The bucket's first value: what is finer goes no further than this line."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadBatch("no_such_number", at)
    return value // BUCKET * BUCKET
