"""From a cleaned row to what is stored: coarse facets to lie plain, texts to be sealed, the yes that it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hongxian.consent.giving import Given
from hongxian.intake.naming import alias_of
from hongxian.intake.terms import IncomeBand
from hongxian.kernel.logs import redact
from hongxian.members.joining import TRAITS, Traits

if TYPE_CHECKING:
    from collections.abc import Collection

    from hongxian.intake.people import Person
    from hongxian.intake.rows import CleanRow
    from hongxian.members.joining import Known

# The trait that follows a sealed field.
WITH_SEALED = {"birth": "birth_year", "criteria": "has_criteria"}


def traits_of(row: CleanRow) -> Traits:
    """The facets that may lie plain. Free text loses whatever looks like a phone number."""
    return Traits(
        source=redact(row.source),
        registered_on=row.registered_on,
        sex=row.sex or "",
        birth_year=row.birth_year,
        height_cm=row.height_cm,
        education=row.education or "",
        income_band="" if row.income_band is IncomeBand.UNKNOWN else row.income_band,
        marital=row.marital or "",
        housing=row.housing or "",
        car=row.car or "",
        home_city=redact(row.city),
        district=redact(row.district),
        occupation=redact(row.occupation),
        intends=row.intends,
        has_criteria=bool(row.criteria),
    )


def texts_of(person: Person) -> dict[str, str]:
    """What is sealed, by field; blank texts included."""
    row = person.filled
    return {
        "alias": alias_of(name=row.name, sex=row.sex),
        "name": row.name,
        "number": person.number,
        "wechat": row.wechat,
        "birth": row.birth.isoformat() if row.birth else "",
        "criteria": row.criteria,
        "remark": row.remark,
    }


def given_by(person: Person, *, member_id: int, came: str) -> list[Given]:
    """The receipts of all the person's rows that bring a valid yes; `came` says by which way and store."""
    return [
        Given(
            member_id=member_id,
            given_on=named.row.consent_given_on,
            evidence=redact(named.row.basis),
            origin=f"{came} {named.origin}",
            purposes=named.purposes,
        )
        for named in person.rows
        if named.row.consent and named.row.consent_given_on is not None
    ]


def missing_traits(known: Known, fresh: Traits) -> dict[str, Any]:
    """What a later row tells that the record does not know; what the person corrected or took out is theirs."""
    theirs = {WITH_SEALED.get(name, name) for name in known.corrected}
    return {
        name: getattr(fresh, name) for name in TRAITS if name not in theirs and not getattr(known, name) and getattr(fresh, name)
    }


def missing_texts(known: Known, person: Person, *, held: Collection[str]) -> dict[str, str]:
    """The sealed fields that no envelope of the record holds yet."""
    found = {name: text for name, text in texts_of(person).items() if text and name not in held}
    if known.birth_year not in {None, person.filled.birth_year}:
        found.pop("birth", None)
    return found
