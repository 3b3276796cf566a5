"""The books of imports: noting a run, putting it in line, holding it while it is done, ending it."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from hongxian.org.queries import StoreRow

LOCK_SPACE = 7_101  # in run.fragment.sql too
LONGEST_NAME = 120
# A file name may carry a person's number; dates and counts may stay.
_LONG_NUMBER = re.compile(r"[0-9]{11,}")


class NothingToDo(Refusal):
    """The run has ended, or another process is at it."""

    code = "intake.nothing_to_do"


@dataclass(frozen=True, slots=True)
class RunRef:
    """Names a run."""

    city_id: int
    run_id: int


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is to do."""

    store_id: int
    staff_id: int
    as_of: date
    dry: bool
    state: str
    mapping: str


@dataclass(frozen=True, slots=True)
class _Got:
    got: bool


_add = Statement("intake", "add_run", RunRef)
_order = Statement("intake", "order_of", Order)
_send = Command("intake", "send_run")
_remember = Command("intake", "remember_mapping")
_begin = Command("intake", "begin_run")
_advance = Command("intake", "advance_run")
_end = Command("intake", "end_run")
_fail = Command("intake", "fail_run")
_lock = Statement("intake", "lock_run", _Got)
_unlock = Statement("intake", "unlock_run", _Got)


def require(*, by: Actor, store: StoreRow) -> None:
    """
    :raises NotAllowed: the actor may not import.
    :raises NotFound: the store is not theirs.
    """
    by.require(Permission.INTAKE_WORKBOOK_IMPORT)
    if by.role != Role.SYSTEM and by.store_id != store.store_id:
        raise NotFound


def note(  # noqa: PLR0913 - what a run is
    *,
    by: Actor,
    store: StoreRow,
    content: bytes | Path,
    file_name: str,
    as_of: date,
    dry: bool,
    mapping: Mapping[str, str],
    state: str,
    now: datetime,
) -> RunRef:
    """Notes a new run. Of the file it keeps the name, without long numbers, and a digest."""
    run = _add.one(
        city_id=store.city_id,
        store_id=store.store_id,
        staff_id=by.staff_id,
        file_name=_LONG_NUMBER.sub("…", Path(file_name).name)[:LONGEST_NAME],
        file_digest=hashlib.sha256(content if isinstance(content, bytes) else content.read_bytes()).hexdigest(),
        as_of=as_of,
        dry=dry,
        state=state,
        mapping=json.dumps(dict(mapping)),
        now=now,
    )
    if run is None:  # INSERT … RETURNING gives a row or raises
        message = "the run gave no number back"
        raise RuntimeError(message)
    return run


def put_in_line(*, run: RunRef, as_of: date, dry: bool, mapping: Mapping[str, str]) -> bool:
    """A run as corrected, waiting for the worker; False when it is past that."""
    changed = _send.run(city_id=run.city_id, run_id=run.run_id, as_of=as_of, dry=dry, mapping=json.dumps(dict(mapping)))
    return changed > 0


def remember(*, by: Actor, store_id: int, mapping: Mapping[str, str], now: datetime) -> None:
    """Keeps a corrected mapping for the store's next workbook."""
    _remember.run(store_id=store_id, headings=json.dumps(dict(mapping)), staff_id=by.staff_id, now=now)


def order_of(run: RunRef) -> Order:
    """
    What a run that is in line, or was interrupted, is to do.

    :raises NothingToDo: no such run, or it has ended.
    """
    order = _order.one(city_id=run.city_id, run_id=run.run_id)
    if order is None or order.state not in {"queued", "running"}:
        raise NothingToDo
    return order


def actor_of(*, city_id: int, run_id: int, now: datetime) -> Actor:
    """
    Who began a run, as they stand today, acting through this process.

    :raises NothingToDo: no such run, or it has ended.
    :raises NotAllowed: they or their store are no more, or may not import any more.
    """
    order = order_of(RunRef(city_id, run_id))
    store = org.store(store_id=order.store_id)
    if store is None:
        raise NotAllowed
    if order.staff_id == 0:
        return system_for(store)
    actor = org.actor(staff_id=order.staff_id, today=day_of(now), process=settings.PROCESS)
    if actor is None:
        raise NotAllowed
    actor.require(Permission.INTAKE_WORKBOOK_IMPORT)
    return actor


def system_for(store: StoreRow) -> Actor:
    """The console, importing for a store."""
    return replace(
        Actor.system("import", city_id=store.city_id), store_id=store.store_id, store_name=store.name, process=settings.PROCESS
    )


@contextmanager
def alone(run: RunRef) -> Iterator[None]:
    """
    Holds the run's lock, which dies with this process; by it others see that somebody is at it.

    :raises NothingToDo: another process is at it.
    """
    got = _lock.one(space=LOCK_SPACE, run_id=run.run_id)
    if got is None or not got.got:
        raise NothingToDo
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _unlock.one(space=LOCK_SPACE, run_id=run.run_id)


def begin(*, run: RunRef, rows: int, now: datetime) -> None:
    """From the first row; lines of an earlier, interrupted try are taken away."""
    _begin.run(city_id=run.city_id, run_id=run.run_id, rows=rows, now=now)


def advance(*, run: RunRef, rows: int) -> None:
    """Counts rows that are done, in the transaction that stores them."""
    _advance.run(city_id=run.city_id, run_id=run.run_id, rows=rows)


def end(*, run: RunRef, summary: Mapping[str, object], now: datetime) -> None:
    """A run that was done to its last row."""
    _end.run(city_id=run.city_id, run_id=run.run_id, summary=json.dumps(summary), now=now)


def fail(*, run: RunRef, failure: str, now: datetime) -> None:
    """A run that read nothing, with the reason's code."""
    _fail.run(city_id=run.city_id, run_id=run.run_id, failure=failure, now=now)
