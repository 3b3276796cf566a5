"""
Correcting (更正): what the visitor says about themselves wins over every list that a store brings in, before or after.

Plain facets are changed in the record, sealed fields get an envelope that the keeper prefers. Both leave a line in the
visitor's history. A birth date under eighteen makes the record a minor's in the same transaction: no purpose of staff answers
from the commit on, and only the privacy officer leads back. Grade and place in the pools follow within a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from hongxian import reactions
from hongxian.intake.births import ADULT_AGE, age_on
from hongxian.intake.naming import alias_of
from hongxian.intake.terms import Car, Education, Housing, IncomeBand, Marital, Sex, Term
from hongxian.kernel.clock import day_of
from hongxian.kernel.logs import redact
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.portal import own, reading, stopping, tracing
from hongxian.vault import storing

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.portal.door import Visit

CHOICES: dict[str, type[Term]] = {
    "sex": Sex,
    "education": Education,
    "income_band": IncomeBand,
    "marital": Marital,
    "housing": Housing,
    "car": Car,
}
TEXTS = {"home_city": 40, "district": 40, "occupation": 60}
SEALED = {"name": 60, "wechat": 60, "birth": 10, "criteria": 500}
FIELDS: tuple[str, ...] = (
    *("name", "birth", "sex", "wechat", "height_cm", "education", "income_band", "marital", "housing", "car"),
    *("home_city", "district", "occupation", "criteria"),
)
# What a correction is called in a trace, where the catalogue calls it something else.
LABELS = {"height_cm": "height", "home_city": "district"}
SHORTEST, TALLEST = 100, 230
OLDEST = 120


class BadValue(Refusal):
    """Nothing that this field can hold; nothing was changed."""

    code = "portal.bad_value"
    message = _("这一项不能这样填写，没有改动。")
    status = 422


class MinorStays(Refusal):
    """Who is on record as a minor becomes an adult at the privacy officer's only."""

    code = "portal.minor_stays"
    message = _("登记为未成年人以后，出生日期要请隐私专员核对后更正。")
    status = 409


class NoRecord(Refusal):
    """There is no record, or its person has died."""

    code = "portal.nothing_to_correct"
    message = _("这里没有可以由您更正的资料。")
    status = 409


@dataclass(frozen=True, slots=True)
class Facets:
    """What the record says now."""

    sex: str
    birth_year: int | None
    height_cm: int | None
    education: str
    income_band: str
    marital: str
    housing: str
    car: str
    home_city: str
    district: str
    occupation: str


@dataclass(frozen=True, slots=True)
class _Added:
    number: int


_facets = Statement("portal", "own_facets", Facets)
_correct = Command("portal", "correct_facets")
_add_corrected = Statement("portal", "add_corrected", _Added)
_add_key = Command("portal", "add_words_key")
_note = Command("portal", "add_correction")


def facets_of(*, visit: Visit) -> Facets | None:
    """None without a record of somebody who lives."""
    with own.visiting(visit.token):
        return _facets.one()


def correct(*, visit: Visit, field: str, value: str, now: datetime) -> None:
    """
    Changes one field to what the visitor says; blank takes it out.

    :raises NotFound: no such field.
    :raises BadValue: see there.
    :raises MinorStays: see there.
    :raises NoRecord: see there.
    """
    if field not in FIELDS:
        raise NotFound
    if visit.city_id is None or visit.member_id is None or visit.state == "deceased":
        raise NoRecord
    text = value.strip()
    wanted = _read(field, text, now=now)
    sealed = _sealed(visit=visit, field=field, text=text, wanted=wanted, now=now)
    with own.visiting(visit.token):
        stopping.hold(visit)
        before = _facets.one()
        if before is None:
            raise NoRecord
        envelope_id = _seal(visit=visit, texts=sealed, now=now) if sealed else None
        if wanted:
            _correct.run(**dict.fromkeys(_COLUMNS) | wanted, field=field)
        plain = field not in SEALED
        _note.run(
            city_id=visit.city_id,
            member_id=visit.member_id,
            field=field,
            before=_text(getattr(before, field)) if plain else "",
            after=_text(wanted[field]) if plain else "",
            envelope_id=None if plain else envelope_id,
            now=now,
        )
        _consequences(visit=visit, field=field, text=text, now=now)
        tracing.record(visit=visit, action="portal.correct", purpose="rights", fields=[LABELS.get(field, field)], now=now)
        reactions.settle_correction.defer(city_id=visit.city_id, member_id=visit.member_id)


_COLUMNS: tuple[str, ...] = (
    *("sex", "birth_year", "height_cm", "education", "income_band", "marital", "housing", "car", "home_city", "district"),
    *("occupation", "has_criteria"),
)


def _read(field: str, text: str, *, now: datetime) -> dict[str, Any]:
    """What of the plain record changes with this field."""
    if field in CHOICES:
        if text and text not in {term.value for term in CHOICES[field]}:
            raise BadValue
        return {field: text}
    if field == "height_cm":
        return {field: _height(text)}
    if field in TEXTS:
        return {field: redact(_short(text, TEXTS[field]))}
    if field == "birth":
        return {"birth_year": _birth(text, now=now).year}
    _short(text, SEALED[field])
    return {"has_criteria": bool(text)} if field == "criteria" else {}


def _short(text: str, longest: int) -> str:
    if len(text) > longest or (not text.isprintable() and "\n" not in text):
        raise BadValue
    return text


def _height(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and SHORTEST <= int(text) <= TALLEST):
        raise BadValue
    return int(text)


def _birth(text: str, *, now: datetime) -> date:
    try:
        birth = date.fromisoformat(text)
    except ValueError:
        raise BadValue from None
    if not 0 <= age_on(birth=birth, day=day_of(now)) <= OLDEST:
        raise BadValue
    return birth


def _sealed(*, visit: Visit, field: str, text: str, wanted: dict[str, Any], now: datetime) -> dict[str, str]:
    """Which sealed fields change: how somebody is addressed comes from name and sex."""
    if field == "name":
        known = facets_of(visit=visit)
        return {"name": text, "alias": alias_of(name=text, sex=_sex(known.sex if known else ""))}
    if field == "sex":
        name = reading.own_fields(visit=visit, fields=("name",), now=now).get("name", "")
        return {"alias": alias_of(name=name, sex=_sex(wanted["sex"]))}
    return {field: text} if field in SEALED else {}


def _sex(code: str) -> Sex | None:
    return Sex(code) if code else None


def _seal(*, visit: Visit, texts: dict[str, str], now: datetime) -> int:
    """An envelope with these fields; a blank one is named, and so taken out."""
    if visit.member_id is None:
        raise NoRecord
    sealed = storing.seal(member_id=visit.member_id, texts=texts)
    bodies: dict[str, bytes | None] = dict.fromkeys(("alias", "name", "wechat", "birth", "criteria"))
    added = _add_corrected.one(
        city_id=visit.city_id, member_id=visit.member_id, held=list(texts), now=now, **bodies | sealed.fields
    )
    if added is None:  # INSERT … RETURNING gives a row or raises
        raise RuntimeError
    _add_key.run(
        city_id=visit.city_id, envelope_id=added.number, subject=visit.member_id, kek_id=sealed.kek_id, wrapped=sealed.wrapped
    )
    return added.number


def _consequences(*, visit: Visit, field: str, text: str, now: datetime) -> None:
    """Under eighteen nobody is contacted, and neither is anybody who is married."""
    if field == "birth":
        young = age_on(birth=date.fromisoformat(text), day=day_of(now)) < ADULT_AGE
        if young:
            stopping.set_aside("minor")
        elif visit.state == "minor":
            raise MinorStays
    if field == "marital" and text == Marital.MARRIED.value:
        stopping.say_no(visit=visit, via="portal", reason="married", now=now)


def _text(value: object) -> str:
    return "" if value is None else str(value)
