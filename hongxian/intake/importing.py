"""
Importing (导入): a store's workbook becomes members, merges and refusals, and one report line a row.

`start` notes the run, `work` does it. Numbers that say no are suppressed before anybody is stored; people are then stored
in batches, each one transaction. Doing the same file again changes nothing, so a run that was killed is simply begun anew.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hongxian.intake import batches, noes, outcomes, people, previewing, queries, reasons, runs
from hongxian.intake.columns import UnknownColumn
from hongxian.intake.runs import NothingToDo, RunRef
from hongxian.intake.workbook import UnreadableWorkbook
from hongxian.kernel.actor import Actor
from hongxian.org import queries as org
from hongxian.org.queries import StoreRow

if TYPE_CHECKING:
    from hongxian.intake.outcomes import RowReport, Summary
    from hongxian.intake.runs import Order

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of a run. The rows hold names and birth dates of accepted people: for whoever brought the file, never stored."""

    run: RunRef
    dry: bool
    summary: Summary
    rows: list[RowReport]


def start(  # noqa: PLR0913 - what a run is
    *,
    by: Actor,
    store: StoreRow,
    content: bytes | Path,
    file_name: str,
    as_of: date,
    dry: bool,
    mapping: Mapping[str, str],
    now: datetime,
    state: str = "queued",
) -> RunRef:
    """
    Notes a run; nothing is read yet. `mapping` (field to heading, empty: not read) goes before recognition and memory.

    :raises NotAllowed: the actor may not import.
    :raises NotFound: the store is not theirs.
    :raises OSError: the path cannot be read.
    """
    runs.require(by=by, store=store)
    return runs.note(
        by=by, store=store, content=content, file_name=file_name, as_of=as_of, dry=dry, mapping=mapping, state=state, now=now
    )


def _silence(_done: int, _rows: int) -> None:
    """For those who need no progress."""


def work(*, by: Actor, run: RunRef, content: bytes | Path, now: datetime, progress: Progress = _silence) -> Worked:
    """
    Does a run that is in line, or begins an interrupted one anew; `progress` hears how many of how many rows are done.

    :raises NothingToDo: it has ended, or another process is at it.
    :raises UnreadableWorkbook: with the reason; the run has failed and nothing was stored.
    :raises vault.asking.KeeperAway: the run stays interrupted and can be started again.
    """
    with runs.alone(run):
        order = runs.order_of(run)
        store = org.store(store_id=order.store_id)
        if store is None:
            raise NothingToDo
        runs.require(by=by, store=store)
        clock = _clock(now)
        try:
            rows = _read(content, order)
        except UnreadableWorkbook as refusal:
            runs.fail(run=run, failure=refusal.code, now=clock())
            raise
        runs.begin(run=run, rows=len(rows), now=clock())
        done = _store(by=by, store=store, run=run, dry=order.dry, rows=rows, clock=clock, progress=progress)
        summary = outcomes.summarise(decided=done.decided, standings=done.standings)
        runs.end(run=run, summary=asdict(summary), now=clock())
    reports = sorted(done.decided, key=lambda each: each.named.row.row_no)
    return Worked(run=run, dry=order.dry, summary=summary, rows=[outcomes.told(each) for each in reports])


def _clock(now: datetime) -> Callable[[], datetime]:
    """The moment handed in, moved on by the time that has passed: the keeper answers fresh traces only."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _read(content: bytes | Path, order: Order) -> list[people.NamedRow]:
    """:raises UnreadableWorkbook: also where the columns cannot be used."""
    remembered = queries.remembered_mapping(store_id=order.store_id)
    try:
        sheet, found = previewing.choose(content=content, remembered=remembered, corrections=json.loads(order.mapping))
    except UnknownColumn as refusal:
        raise reasons.UnusableColumns("unknown_column") from refusal
    if not found.complete:
        raise reasons.UnusableColumns("no_phone_column")
    return people.read_rows(sheet=sheet, found=found, as_of=order.as_of)


def _store(
    *,
    by: Actor,
    store: StoreRow,
    run: RunRef,
    dry: bool,
    rows: list[people.NamedRow],
    clock: Callable[[], datetime],
    progress: Progress,
) -> batches.Batches:
    hashes = batches.hash_all(by=by, rows=rows, clock=clock)
    if not dry:
        noes.record(by=by, noes=noes.among(rows=rows, store=store, hashes=hashes), clock=clock)
    refusing = frozenset(named.row.phone for named in rows if dry and named.row.says_no and named.row.phone)
    every = batches.Batches(by=by, store=store, run=run, dry=dry, hashes=hashes, refusing=refusing, clock=clock)
    every.do_all(rows, progress)
    return every
