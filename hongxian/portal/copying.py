"""
A person's copy (副本): everything that is kept about them and nothing of others, as rows for the page and as files.

One statement reads every part through the visitor's windows; the keeper then opens what is sealed, for the same visit. Every
copy leaves a line of its own. Staff appear under their alias, others as 对方 A, B, ….
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hongxian.intake import reporting
from hongxian.kernel.sql import Statement
from hongxian.letters import naming
from hongxian.portal import own, parts, reading, tracing
from hongxian.portal.wording import field_name, plain
from hongxian.vault import asking, own_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from hongxian.portal.door import Visit

FORMAT = "hongxian.copy/1"
RIGHTS, LETTERS = "rights", "letters"
WRITTEN = ("request", "complaint", "event")
# column with an envelope's number: the column that gets its words
OPENED_BY = {"said_id": "said", "answer_id": "answer", "words_id": "words"}


@dataclass(frozen=True, slots=True)
class _Row:
    part: str
    rows: str


@dataclass(frozen=True, slots=True, repr=False)
class Copy:
    """Everything about one person: sealed fields by name, notes, and the rows of each part."""

    made_at: datetime
    sealed: dict[str, str] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


_copy = Statement("portal", "copy", _Row)


def copy_of(*, visit: Visit, way: str, now: datetime) -> Copy:
    """
    The copy of the visitor; `way` (page, json, xlsx) stands in its trace. Call it outside a transaction.

    :raises vault.asking.KeeperAway: nothing is given without the keeper.
    """
    with own.visiting(visit.token):
        tracing.record(
            visit=visit,
            action="portal.copy",
            purpose=RIGHTS,
            fields=["resource_no", "consent_state", "contact_history", "request", "looked"],
            reason=way,
            now=now,
        )
        rows: dict[str, list[dict[str, Any]]] = {each.part: json.loads(each.rows) for each in _copy.all()}
    for each in (*rows["viewed"], *rows["sent"]):
        each["other"] = naming.letter_of(each.pop("place") or 0)
    if visit.state == "deceased":  # kin see little
        return Copy(made_at=now, parts=rows)
    _add_words(rows, visit=visit, now=now)
    opened = reading.own_fields(visit=visit, now=now)
    notes = opened.pop("note", [])
    _add_letters(rows, visit=visit, now=now)
    return Copy(made_at=now, sealed=opened, notes=_signed(notes, rows["envelope"]), parts=rows)


def _signed(notes: list[list[Any]], envelopes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Notes with who wrote them, and when."""
    known = {each["id"]: each for each in envelopes}
    return [
        {"id": number, "at": known[number]["sealed_at"], "staff": known[number]["staff"], "text": text}
        for number, text in notes
        if number in known
    ]


def _add_words(rows: dict[str, list[dict[str, Any]]], *, visit: Visit, now: datetime) -> None:
    """What the person wrote to the privacy office, and was answered, beside the numbers of its envelopes."""
    wanted = any(each.get(column) for part in WRITTEN for each in rows[part] for column in OPENED_BY)
    texts: dict[int, str] = {}
    for name in ("request_text", "complaint_text") if wanted else ():
        with own.visiting(visit.token):
            trace = tracing.record(visit=visit, action="portal.read", purpose=RIGHTS, fields=[name], now=now)
        texts |= asking.read_words(trace, visit=visit.token)
    for part in WRITTEN:
        for each in rows[part]:
            each |= {text: texts.get(each[column], "") for column, text in OPENED_BY.items() if column in each}


def _add_letters(rows: dict[str, list[dict[str, Any]]], *, visit: Visit, now: datetime) -> None:
    """The person's own messages, some at a time."""
    sent = rows["sent"]
    for start in range(0, len(sent), own_words.MOST_AT_ONCE):
        some = sent[start : start + own_words.MOST_AT_ONCE]
        with own.visiting(visit.token):
            trace = tracing.record(visit=visit, action="letters.sent", purpose=LETTERS, fields=[own_words.SENT], now=now)
        texts = asking.sent_texts(trace, visit=visit.token, numbers=[each["id"] for each in some])
        for each in some:
            each["text"] = texts.get(each["id"], "")


def as_json(copy: Copy) -> bytes:
    """The copy for machines, with a description of what its fields mean: for keeping, or for taking elsewhere (转移)."""
    said = {
        "format": FORMAT,
        "made_at": copy.made_at.isoformat(),
        "schema": {name: _described(part, copy.parts.get(name, [])) for name, part in parts.BY_NAME.items()},
        "sealed": copy.sealed,
        "notes": copy.notes,
        "parts": {name: copy.parts.get(name, []) for name in parts.BY_NAME},
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _described(part: parts.Part, rows: list[dict[str, Any]]) -> Mapping[str, Any]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return {
        "zh": part.zh,
        "en": part.en,
        "fields": {name: dict(zip(("zh", "en"), parts.COLUMNS[name], strict=True)) for name in columns},
    }


def as_xlsx(copy: Copy) -> bytes:
    """The copy as a workbook, a sheet a part; no cell is ever taken for a formula."""
    return reporting.write_book(sheets=list(_sheets(copy)))


def _sheets(copy: Copy) -> Iterator[reporting.Sheet]:
    own_rows = [[field_name(name), text] for name, text in copy.sealed.items()]
    yield reporting.Sheet(field_name("sealed"), [field_name("field"), field_name("value")], own_rows)
    yield _sheet(field_name("note"), copy.notes)
    for name, part in parts.BY_NAME.items():
        rows = copy.parts.get(name, [])
        if rows:
            yield _sheet(part.title, rows)


def _sheet(title: str, rows: list[dict[str, Any]]) -> reporting.Sheet:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return reporting.Sheet(
        title, [parts.heading(name) for name in columns], [[plain(row.get(name)) for name in columns] for row in rows]
    )
