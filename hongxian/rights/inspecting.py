"""Bundles of the sealed log for an inspector, and the nightly verification; both run by the worker, which has the keys."""

from __future__ import annotations

import logging
import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from hongxian.audit import checking, exporting, inspecting, verifying
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import start_of
from hongxian.org import queries as org
from hongxian.vault import keys

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

log = logging.getLogger("hongxian.rights")


def make_bundle(*, since: date, until: date, now: datetime, out: Path | None = None) -> inspecting.Bundle:
    """
    Writes the bundle of these days, both included, into `out` or the home's folder of inspections. Whole or not at all.

    :raises NotFound: no row was sealed of these days.
    """
    name = f"inspection-{since}-{until}-{secrets.token_hex(4)}.zip"
    file = out or settings.HOME.inspections / name
    draft = file.with_name(f".{file.name}")
    try:
        with draft.open("wb") as stream:
            made = inspecting.write(
                stream,
                since=start_of(since),
                until=start_of(until) + timedelta(days=1),
                keys=list(keys.checkpoint_private(settings.HOME.keys).values()),
                register=register(),
                now=now,
            )
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return made


def register() -> dict[str, Any]:
    """What the words and numbers in the rows mean: purposes, fields, cities, stores. No names of members or staff."""
    known = catalogue()
    shown = ("zh", "en", "basis", "law", "kept", "notice_zh", "notice_en", "live")
    return {
        "purposes": {
            name: {key: getattr(purpose, key) for key in shown}
            | {"fields": sorted(purpose.fields), "roles": sorted(purpose.roles), "grounds": sorted(purpose.grounds)}
            for name, purpose in known.purposes.items()
        },
        "fields": {name: {"zh": field.zh, "en": field.en} for name, field in known.fields.items()},
        "cities": {str(city.city_id): {"code": city.code, "name": city.name} for city in org.cities()},
        "stores": {str(store.store_id): {"code": store.code, "name": store.name} for store in org.stores()},
    }


def check(*, now: datetime) -> verifying.Report:
    """Verifies the whole log against the newest kept checkpoint and keeps what was found."""
    file = settings.HOME.checkpoints / exporting.NEWEST
    known = [each.public_key().public_bytes_raw() for each in keys.checkpoint_private(settings.HOME.keys).values()]
    with connection.cursor() as cursor:
        report = verifying.verify(
            connection=cursor.connection, keys=known, kept=exporting.read(file) if file.exists() else None, now=now
        )
    checking.keep(report)
    if not report.sound:
        first = report.findings[0]
        log.error("the log is not sound", extra={"code": "log_not_sound", "kind": first.kind, "row": first.index})
    return report
