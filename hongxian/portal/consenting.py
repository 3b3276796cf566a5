"""
The person's own yes and its taking back (我的授权): one switch for each purpose that asks them, one press either way.

A withdrawal holds the member first (consent/ordering.py): nothing that the keeper commits after it has been released. Record,
grade and pools follow within a second (pools/consenting.py:settle). A purpose whose text changed asks once again, with the
difference; a "no" silences the question for that text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from hongxian import reactions
from hongxian.consent import differing, ordering, wording
from hongxian.consent.purposes import catalogue
from hongxian.consent.receipts import VALID_FOR
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.portal import own, tracing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.consent.differing import Difference, NoticeRow
    from hongxian.consent.purposes import Purpose
    from hongxian.portal.door import Visit


class TextChanged(Refusal):
    """What was shown is not today's text any more: nothing was agreed to."""

    code = "portal.text_changed"
    message = _("说明刚刚改过，请看过新的说明再决定。")


@dataclass(frozen=True, slots=True)
class _Yes:
    purpose: str
    given_on: date
    valid_until: date
    evidence: str
    notice_hash: str
    origin: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class _No:
    kind: str
    purpose: str
    notice_hash: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """What is different between the text somebody agreed to and today's, in words."""

    known: Annotated[bool, PLAIN]
    added: Annotated[str, PLAIN]
    removed: Annotated[str, PLAIN]
    before: Annotated[str, PLAIN]  # the old text where the words changed


@dataclass(frozen=True, slots=True)
class Switch:
    """One purpose as its person sees it. `asks` where the text changed since they agreed and they have not answered yet."""

    code: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    notice: Annotated[str, PLAIN]
    notice_hash: Annotated[str, PLAIN]
    who: Annotated[str, PLAIN]
    fields: Annotated[str, PLAIN]
    kept: Annotated[str, PLAIN]
    law: Annotated[str, PLAIN]
    on: Annotated[bool, Label("consent_state")]
    given_on: Annotated[date | None, Label("consent_state")]
    valid_until: Annotated[date | None, Label("consent_state")]
    withdrawn_at: Annotated[datetime | None, Label("consent_state")]
    asks: Annotated[bool, Label("consent_state")]
    changed: Annotated[Changed | None, PLAIN]


_receipts = Statement("portal", "own_receipts", _Yes)
_noes = Statement("portal", "own_consent_noes", _No)
_texts = Statement("portal", "notices", differing.NoticeRow)
_add_receipts = Command("portal", "add_receipts")
_withdraw = Command("portal", "withdraw")
_decline = Command("portal", "decline")


def asked_for() -> list[Purpose]:
    """The purposes in use that stand on each person's own yes."""
    return [purpose for purpose in catalogue().purposes.values() if purpose.receipt and purpose.live]


def switches(*, visit: Visit, now: datetime) -> list[Switch]:
    """Every switch with how it stands."""
    with own.visiting(visit.token):
        yes, no, texts = _receipts.all(), _noes.all(), _texts.all()
    return [_switch(purpose, yes, no, texts, today=day_of(now)) for purpose in asked_for()]


def _switch(purpose: Purpose, yes: Sequence[_Yes], no: Sequence[_No], texts: Sequence[NoticeRow], *, today: date) -> Switch:
    tongue = translation.get_language() or "zh-hans"
    taken_back = [each.recorded_at for each in no if (each.kind, each.purpose) == ("withdrawn", purpose.name)]
    runs = [
        each
        for each in yes
        if each.purpose == purpose.name
        and each.given_on <= today <= each.valid_until
        and not any(at >= each.recorded_at for at in taken_back)
    ]
    counts = [each for each in runs if each.notice_hash == purpose.notice_hash]
    old = max(runs, key=lambda each: each.recorded_at, default=None)
    declined = ("refused", purpose.name, purpose.notice_hash) in {(each.kind, each.purpose, each.notice_hash) for each in no}
    asks = old is not None and not counts and not declined
    return Switch(
        code=purpose.name,
        name=wording.name_of(purpose, tongue),
        notice=wording.notice_of(purpose, tongue),
        notice_hash=purpose.notice_hash,
        who=wording.joined([wording.role(each, tongue) for each in sorted(purpose.roles)], tongue),
        fields=wording.joined([wording.field(each, tongue) for each in catalogue().fields if each in purpose.fields], tongue),
        kept=wording.kept(purpose, tongue),
        law=wording.law(purpose.law, tongue),
        on=bool(counts),
        given_on=max((each.given_on for each in counts), default=None),
        valid_until=max((each.valid_until for each in counts), default=None),
        withdrawn_at=max(taken_back, default=None) if not counts else None,
        asks=asks,
        changed=_changed(purpose, old.notice_hash, texts, tongue) if asks and old is not None else None,
    )


def _changed(purpose: Purpose, old_hash: str, texts: Sequence[NoticeRow], tongue: str) -> Changed:
    found = differing.difference(purpose=purpose.name, old_hash=old_hash, texts=texts)
    told = "notice_zh" if wording.is_chinese(tongue) else "notice_en"
    before = next((json.loads(row.shown)[told] for row in texts if row.notice_hash == old_hash), "")
    today = wording.notice_of(purpose, tongue)
    return Changed(
        known=found.known,
        added=_listed(found, tongue, added=True),
        removed=_listed(found, tongue, added=False),
        before=before if before != today else "",
    )


def _listed(found: Difference, tongue: str, *, added: bool) -> str:
    fields, roles = (found.fields_added, found.roles_added) if added else (found.fields_removed, found.roles_removed)
    return wording.joined(
        [*(wording.field(each, tongue) for each in fields), *(wording.role(each, tongue) for each in roles)], tongue
    )


def give(*, visit: Visit, purpose: str, notice_hash: str, now: datetime) -> None:
    """
    The person says yes to a purpose, to the text with that hash.

    :raises NotFound: no such purpose asks people, nobody knows this number, or the record is not of a living adult.
    :raises TextChanged: today's text is another.
    """
    known = _known(visit, purpose)
    if visit.state != "live":  # nobody consents for somebody who has died, or is a minor
        raise NotFound
    if notice_hash != known.notice_hash:
        raise TextChanged
    with own.visiting(visit.token):
        _hold(visit)
        _add_receipts.run(
            city_id=visit.city_id,
            member_id=visit.member_id,
            purposes=[purpose],
            notice_hashes=[notice_hash],
            today=day_of(now),
            until=day_of(now) + VALID_FOR,
            origin=f"portal {now.isoformat()}",
            now=now,
        )
        _finish(visit, "consent.give", purpose, now)


def withdraw(*, visit: Visit, purpose: str, now: datetime) -> None:
    """
    The person takes their yes back: in force for everything that commits after this. Taking it back twice does no harm.

    :raises NotFound: no such purpose asks people, or nobody knows this number.
    """
    _known(visit, purpose)
    with own.visiting(visit.token):
        _hold(visit)
        _withdraw.run(city_id=visit.city_id, member_id=visit.member_id, purpose=purpose, now=now)
        _finish(visit, "consent.withdraw", purpose, now)


def decline(*, visit: Visit, purpose: str, notice_hash: str, now: datetime) -> None:
    """
    The person says no to a changed text: nothing is granted, and they are not asked again for this text.

    :raises NotFound: no such purpose asks people, or nobody knows this number.
    :raises TextChanged: today's text is another.
    """
    known = _known(visit, purpose)
    if notice_hash != known.notice_hash:
        raise TextChanged
    with own.visiting(visit.token):
        _decline.run(city_id=visit.city_id, member_id=visit.member_id, purpose=purpose, notice_hash=notice_hash, now=now)
        tracing.record(visit=visit, action="consent.decline", purpose="rights", fields=["consent_state"], reason=purpose, now=now)


def _known(visit: Visit, name: str) -> Purpose:
    found = next((each for each in asked_for() if each.name == name), None)
    if found is None or not visit.known:
        raise NotFound
    return found


def _hold(visit: Visit) -> None:
    if visit.city_id is not None and visit.member_id is not None:
        ordering.lock_member(city_id=visit.city_id, member_id=visit.member_id)


def _finish(visit: Visit, action: str, purpose: str, now: datetime) -> None:
    tracing.record(visit=visit, action=action, purpose="rights", fields=["consent_state"], reason=purpose, now=now)
    if visit.city_id is not None and visit.member_id is not None:
        reactions.settle_consent.defer(city_id=visit.city_id, member_id=visit.member_id)
