"""Reads for the store's import pages: its runs, the lines of one, and which mapping it is remembered to use."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.audit import recording
from hongxian.intake import reasons
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hongxian.kernel.actor import Actor

PAGE = 100
NEWEST = 50
LINE_FIELDS = ("resource_no", "consent_state")


@dataclass(frozen=True, slots=True)
class RunRow:
    """
    One import. `state` is uploaded, queued, running, done, failed, or interrupted: begun by a process that is no more.

    `summary` has rows, accepted, merged, refused, suppressed_people, contactable_people and refused_why, once done.
    """

    city_id: Annotated[int, PLAIN]
    run_id: Annotated[int, PLAIN]
    store_id: Annotated[int, PLAIN]
    store_code: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    staff_id: Annotated[int, PLAIN]
    staff_alias: Annotated[str, PLAIN]
    file_name: Annotated[str, PLAIN]
    as_of: Annotated[date, PLAIN]
    dry: Annotated[bool, PLAIN]
    state: Annotated[str, PLAIN]
    failure: Annotated[str, PLAIN]
    mapping: Annotated[dict[str, str], PLAIN]
    rows: Annotated[int, PLAIN]
    rows_done: Annotated[int, PLAIN]
    summary: Annotated[dict[str, Any], PLAIN]
    created_at: Annotated[datetime, PLAIN]
    started_at: Annotated[datetime | None, PLAIN]
    ended_at: Annotated[datetime | None, PLAIN]

    @property
    def failure_words(self) -> reasons.Words:
        """Why nothing was read, in both languages; empty for a run that has not failed."""
        return reasons.of_failure(self.failure)


@dataclass(frozen=True, slots=True)
class LineRow:
    """
    What became of one row of the file: accepted, merged or refused.

    `consent` is None for a refused row, `suppressed` is None where the row has no number. `warnings` are (field, reason).
    """

    row_no: Annotated[int, PLAIN]
    label: Annotated[str, Label("resource_no")]
    result: Annotated[str, PLAIN]
    reason: Annotated[str, PLAIN]
    merged_into: Annotated[str, Label("resource_no")]
    member_id: Annotated[int | None, Label("resource_no")]
    consent: Annotated[bool | None, Label("consent_state")]
    suppressed: Annotated[bool | None, Label("consent_state")]
    warnings: Annotated[list[list[str]], PLAIN]

    @property
    def told(self) -> list[reasons.Words]:
        """The refusal, if there is one, and every warning: which field, and why, in both languages."""
        refused = [reasons.of_refusal(self.reason)] if self.reason else []
        return refused + [reasons.of_warning(field, reason) for field, reason in self.warnings]


@dataclass(frozen=True, slots=True)
class _Remembered:
    headings: str


_runs = Statement("intake", "runs_of_store", RunRow)
_run = Statement("intake", "run", RunRow)
_lines = Statement("intake", "lines", LineRow)
_mapping = Statement("intake", "mapping_of", _Remembered)


def runs_of_store(*, by: Actor) -> list[RunRow]:
    """
    The newest 50 runs of the acting person's store, the newest first.

    :raises NotAllowed: no store manager.
    """
    by.require(Permission.INTAKE_WORKBOOK_IMPORT)
    return [_parsed(row) for row in _runs.all(city_id=by.city_id, store_id=by.store_id, most=NEWEST)]


def run(*, by: Actor, run_id: int) -> RunRow:
    """
    One run of the acting person's store.

    :raises NotAllowed: no store manager.
    :raises NotFound: not there, or another store's.
    """
    by.require(Permission.INTAKE_WORKBOOK_IMPORT)
    found = _run.one(city_id=by.city_id, run_id=run_id)
    if found is None or found.store_id != by.store_id:
        raise NotFound
    return _parsed(found)


def lines(
    *, by: Actor, run_id: int, now: datetime, result: str = "", reason: str = "", after: int = 0, most: int = PAGE
) -> list[LineRow]:
    """
    Up to `most` lines of a run behind row `after`, of one `result` or `reason` or of all; one trace for the members on them.

    :raises NotAllowed: no store manager.
    :raises NotFound: the run is not there, or another store's.
    """
    found = run(by=by, run_id=run_id)
    rows = _lines.all(
        city_id=found.city_id,
        run_id=run_id,
        result=result,
        reason=reason,
        after=after,
        most=most,
        staff_id=by.staff_id,
        now=now,
        **recording.trace_parameters(by=by, action="intake.report", purpose="intake", fields=LINE_FIELDS, ground="store"),
    )
    return [replace(row, warnings=_json(row.warnings)) for row in rows]


def remembered_mapping(*, store_id: int) -> Mapping[str, str]:
    """Field to heading, as somebody of the store once corrected it; empty while nobody has."""
    found = _mapping.one(store_id=store_id)
    return _json(found.headings) if found else {}


def _parsed(row: RunRow) -> RunRow:
    return replace(row, mapping=_json(row.mapping), summary=_json(row.summary))


def _json(value: Any) -> Any:
    """The driver hands JSON over as text."""
    return json.loads(value) if isinstance(value, str) else value
