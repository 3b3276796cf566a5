"""Handing in a workbook at the desk: upload and look, correct the columns, send it off, send it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.intake import importing, jobs, previewing, queries, runs, uploads
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from hongxian.intake.previewing import Preview
    from hongxian.intake.queries import RunRow
    from hongxian.kernel.actor import Actor

AT_REST = frozenset({"uploaded", "failed", "interrupted"})


class Underway(Refusal):
    """The import is running, waiting or done; nothing was changed."""

    code = "intake.underway"
    message = _("此导入正在进行或已完成。")


def upload(*, by: Actor, content: bytes, file_name: str, as_of: date, now: datetime) -> tuple[RunRow, Preview]:
    """
    Takes in a workbook for the acting person's own store: sealed to the worker, seen by nobody until it is sent.

    :raises NotAllowed: no store manager.
    :raises previewing.Unreadable: the file cannot be read; nothing was kept.
    """
    store = org.store(store_id=by.store_id) if by.store_id is not None else None
    if store is None:
        raise NotFound
    runs.require(by=by, store=store)
    remembered = queries.remembered_mapping(store_id=store.store_id)
    seen = previewing.preview(content=content, remembered=remembered, corrections={})
    with transaction.atomic():
        run = importing.start(
            by=by, store=store, content=content, file_name=file_name, as_of=as_of, dry=True, mapping={}, now=now, state="uploaded"
        )
        uploads.put(city_id=run.city_id, run_id=run.run_id, content=content)
    return queries.run(by=by, run_id=run.run_id), seen


def send(*, by: Actor, run_id: int, as_of: date, dry: bool, mapping: Mapping[str, str], now: datetime) -> RunRow:
    """
    Puts an uploaded workbook in line for the worker: a dry run, the real one, or once more what was interrupted or failed.

    `mapping` is field to heading as the person corrected it (empty heading: not read); it is remembered for the store.

    :raises NotAllowed: no store manager.
    :raises NotFound: not there, or another store's.
    :raises Underway: it is in line, running or done already.
    :raises uploads.UploadGone: the file was removed meanwhile.
    """
    found = queries.run(by=by, run_id=run_id)
    if found.state not in AT_REST and not (found.state == "done" and found.dry):
        raise Underway
    if not uploads.is_there(city_id=found.city_id, run_id=run_id):
        raise uploads.UploadGone
    with transaction.atomic():
        ref = runs.RunRef(found.city_id, run_id)
        if not runs.put_in_line(run=ref, as_of=as_of, dry=dry, mapping=mapping):
            raise Underway
        if mapping:
            runs.remember(by=by, store_id=found.store_id, mapping=mapping, now=now)
        jobs.put_in_line(city_id=found.city_id, run_id=run_id, store_id=found.store_id)
    return queries.run(by=by, run_id=run_id)
