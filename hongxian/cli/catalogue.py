"""The catalogue of purposes in the database: every text once with its day, and at the very first set-up the founding assessments."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from hongxian.cli.roles import OWNER
from hongxian.cli.trouble import CannotStart
from hongxian.consent import founding
from hongxian.consent.purposes import CatalogueUnreadable, catalogue
from hongxian.kernel.clock import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.cli.roles import Site

_NOTICE = """
INSERT INTO consent_notice (purpose, notice_hash, shown, first_at)
VALUES (%(purpose)s::text, %(notice_hash)s::text, %(shown)s::jsonb, %(now)s::timestamptz)
    ON CONFLICT (purpose, notice_hash) DO NOTHING
"""
_ASSESSMENT = """
INSERT INTO consent_assessment (purpose, notice_hash, fields, roles, necessity, risks, measures, staff_id, signed_at, signed_on, valid_until)
VALUES (%(purpose)s::text, %(notice_hash)s::text, %(fields)s::text[], %(roles)s::text[], %(necessity)s::text, %(risks)s::text,
        %(measures)s::text, 0, %(now)s::timestamptz, %(today)s::date, %(until)s::date)
"""


def ensure(site: Site) -> None:
    """
    Write down what is shown from today on, and sign the founding assessments where nobody ever signed any.

    :raises CannotStart: the catalogue contradicts itself.
    """
    try:
        purposes = catalogue().purposes
    except CatalogueUnreadable as wrong:
        raise CannotStart(f"用途目录有误：{wrong}", f"the catalogue of purposes is wrong: {wrong}") from wrong
    now = timezone.now()
    with site.connect(OWNER) as owner:
        known = set(owner.execute("SELECT purpose, notice_hash FROM consent_notice").fetchall())
        for purpose in purposes.values():
            if (purpose.name, purpose.notice_hash) not in known:
                given = {"purpose": purpose.name, "notice_hash": purpose.notice_hash, "shown": purpose.shown, "now": now}
                owner.execute(_NOTICE, given)
        if owner.execute("SELECT NOT EXISTS (SELECT FROM consent_assessment)").fetchone() != (True,):
            return
        with owner.transaction():
            owner.execute("LOCK TABLE consent_assessment IN SHARE ROW EXCLUSIVE MODE")
            if owner.execute("SELECT NOT EXISTS (SELECT FROM consent_assessment)").fetchone() == (True,):
                for given in _founding():
                    owner.execute(_ASSESSMENT, given | {"now": now, "today": day_of(now)})


def _founding() -> Iterator[dict[str, object]]:
    purposes = catalogue().purposes
    until = day_of(timezone.now()) + timedelta(days=founding.LASTS_DAYS)
    for each in founding.assessments():
        if each.purpose in purposes:
            yield {
                "purpose": each.purpose,
                "notice_hash": purposes[each.purpose].notice_hash,
                "fields": list(each.fields),
                "roles": list(each.roles),
                "necessity": each.necessity,
                "risks": each.risks,
                "measures": each.measures,
                "until": until,
            }
